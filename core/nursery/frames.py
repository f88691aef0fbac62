"""Frames: the sentence patterns of the nursery's small English, read from `frames/*.txt`.

A frame is data. One block of a file:

    [home] S=person V=town          name and slots: slot=type, or slot={a|b|c} for a small closed set
    + {S} lives in {V}.             a statement wording
    ? Where does {S} live? = {V}    a question and its answer
    < Who lives in {V}? = {S}       the same, reversed
    ~ Does {S} live in {V}?         a yes/no question
    - {S} does not live in {V}.     a negated statement
    @ {S}'s home town               a noun phrase that denotes the last slot (for two-hop questions)

A `*` after the sign (`+*`, `?*`) marks a wording held out for the exam: training never sees it of this frame; a short one, such
as `Where is {V}?`, may be a known one of another. `for_school/` has further
frames, and in `phrasings/` further wordings of these, which the exam never draws: so its marks can be compared from one school to
the next. `{W.past}` asks for one form of a verb slot (base, past or third), `{S.she}` for the pronoun of a person. A preposition that opens an answer (`= in {V}`) is dropped, so that all
answers follow one habit; one that is told (`under the mat`, in a slot of its own) stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from zlib import crc32

FRAMES = Path(__file__).parent / "frames"
FOR_SCHOOL = Path(__file__).parent / "for_school"
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
# No part of an answer: whether to say it would be a guess.
_BARE = re.compile(r"^(in|at|on|to|for|from|by|with|of) (?=\{|the |an? |my |our )")
_PRONOUNS = {"she": "he", "She": "He", "her": "his", "Her": "His"}  # `{S.she}` is one or the other by who S is
_SHE = frozenset(
    "mother mum sister daughter granddaughter grandmother aunt niece wife girlfriend landlady queen mrs ms miss".split()
)
_HE = frozenset("father dad brother son grandson grandfather uncle nephew husband boyfriend landlord king mr".split())
_SIGNS = {"+": "says", "?": "asks", "<": "reversed_asks", "~": "checks", "-": "denies", "@": "denotes"}


@dataclass(frozen=True)
class Wording:
    """One pattern. `answer` is empty for statements, denials, checks and noun phrases."""

    text: str
    answer: str = ""
    held_out: bool = False
    school: bool = False  # drawn in school only, never by the exam


@dataclass(frozen=True)
class Frame:
    name: str
    topic: str  # the file it stands in
    slots: tuple[tuple[str, str], ...]  # (slot, type)
    says: tuple[Wording, ...]
    asks: tuple[Wording, ...]
    reversed_asks: tuple[Wording, ...]
    checks: tuple[Wording, ...]
    denies: tuple[Wording, ...]
    denotes: tuple[Wording, ...]
    school: bool = False  # drawn in school only, never by the exam

    def pick(self, kind: str, *, held_out: bool, school: bool = False) -> tuple[Wording, ...]:
        """Wordings of `kind`, with those of school or without; a frame without held-out ones gives its own."""
        every: tuple[Wording, ...] = getattr(self, kind)
        known = [w for w in every if not w.held_out and (school or not w.school)]
        return tuple(w for w in every if w.held_out) or tuple(known) if held_out else tuple(known)


def slots_in(text: str) -> set[str]:
    """Slot names that a pattern mentions."""
    return {m.group(1) for m in _SLOT.finditer(text)}


def render(text: str, values: dict[str, str]) -> str:
    """Fill a pattern. A verb slot holds `base/past/third`; `{W.past}` takes one form of it."""

    def one(match: re.Match[str]) -> str:
        slot, form = match.groups()
        value = values[slot]
        if form in _PRONOUNS:
            return _pronoun(value, form)
        return value.split("/")[("base", "past", "third").index(form)] if form else value

    return _SLOT.sub(one, text)


def _pronoun(person: str, form: str) -> str:
    """`my uncle Otto` is a he; of a bare name it is never known, but the same name has always the same."""
    words = [part for word in person.lower().split() if not word.endswith("'s") for part in word.split("-")]
    is_she, is_he = (
        any(word.removeprefix("step").removeprefix("god") in some for word in words) for some in (_SHE, _HE)
    )
    if not is_she and not is_he:
        is_he = crc32(words[-1].encode() if words else b"") % 2 == 0
    return _PRONOUNS[form] if is_he else form


def sentence(text: str) -> str:
    """First letter upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


@cache
def load_frames() -> tuple[Frame, ...]:
    """All frames of all files, in file order. Raises ValueError naming file and line when a pattern is malformed."""
    found: list[Frame] = []
    for path in sorted(FRAMES.glob("*.txt")):
        more = {name: lines for name, _, lines in _blocks(FOR_SCHOOL / "phrasings" / path.name)}
        found += [_frame(name, path.stem, slots, lines, more.pop(name, [])) for name, slots, lines in _blocks(path)]
        if more:
            raise ValueError(f"{path.stem}: phrasings of a frame that is not there: {', '.join(more)}")
    for path in sorted((FOR_SCHOOL / "frames").glob("*.txt")):
        found += [replace(_frame(name, path.stem, slots, lines), school=True) for name, slots, lines in _blocks(path)]
    return tuple(found)


def held_out_questions() -> tuple[int, int]:
    """How many question wordings are held out, and how many of these are, word for word, known ones of another frame."""
    every = [(w, _SLOT.sub("{}", w.text)) for f in load_frames() if not f.school for w in (*f.asks, *f.reversed_asks)]
    known = {text for w, text in every if not w.held_out and not w.school}
    held_out = [text for w, text in every if w.held_out]
    return len(held_out), sum(text in known for text in held_out)


def _blocks(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Name, slots and lines of every block of a file; none where there is no file."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")) if path.exists() else ():
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
        if lines and not (head := re.fullmatch(r"\[(\w+)\]\s*(.*)", lines[0].strip())):
            raise ValueError(f"{path.stem}: a frame starts with [name], not {lines[0]!r}")
        if lines and head:
            yield head.group(1), head.group(2), lines[1:]


def _frame(name: str, topic: str, head: str, lines: Sequence[str], more: Sequence[str] = ()) -> Frame:
    slots = tuple(re.findall(r"(\w+)=(\{[^}]*\}|\w+)", head))
    parts: dict[str, list[Wording]] = {kind: [] for kind in _SIGNS.values()}
    for i, line in enumerate((*lines, *more)):
        kind, wording = _wording(line, topic)
        missing = slots_in(wording.text + wording.answer) - {slot for slot, _ in slots}
        if missing:
            raise ValueError(f"{topic}/{name}: unknown slot {missing} in {line!r}")
        parts[kind].append(replace(wording, school=i >= len(lines)))
    says, asks, reversed_asks, checks, denies, denotes = (tuple(parts[kind]) for kind in _SIGNS.values())
    return Frame(name, topic, slots, says, asks, reversed_asks, checks, denies, denotes)


def _wording(line: str, topic: str) -> tuple[str, Wording]:
    match = re.fullmatch(r"([+?<~@-])(\*?)\s+(.*)", line.strip())
    if match is None:
        raise ValueError(f"{topic}: cannot read {line!r}")
    sign, star, body = match.groups()
    text, _, answer = body.partition(" = ") if sign in "?<" else (body, "", "")
    if sign in "?<" and not answer:
        raise ValueError(f"{topic}: a question needs ' = answer': {line!r}")
    return _SIGNS[sign], Wording(text.strip(), _BARE.sub("", answer.strip()), star == "*")
