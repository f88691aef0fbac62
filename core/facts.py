"""Reading what a person typed, and fact files. Text stays as typed; escaping is the job of whoever draws it.

A fact file is a CSV in UTF-8 with the header `night,statement,question,answer` (columns in any order):

- `night` may be absent or empty (then 1); nights are slept in the order of their numbers, gaps are closed up;
- rows with one statement in one night are one fact with several probes; told on two nights it is two facts;
- `answer` lists accepted alternatives with `|`, the first is the one shown;
- `question` and `answer` may both be empty: then the fact has no probe yet.

Everything here raises BadInput with one sentence that says what to do.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import BadInput
from core.values import Probe

MAX_CHARACTERS = 400  # of one statement or question
MAX_FACTS = 200  # typed at once
MAX_TYPED_BYTES = 1_000_000
MAX_FILE_BYTES = 10_000_000
EXAMPLES = Path(__file__).parent.parent / "assets" / "facts" / "examples.json"
COLUMNS = ("night", "statement", "question", "answer")

_EMOJI_PARTS = {
    "\u200c",
    "\u200d",
    *map(chr, range(0xE0020, 0xE0080)),
}  # joiners and flag tags: invisible but needed
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)]))\s+(?=[^\sa-z])|(?<=[。！？])\s*(?=\S)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“‘])(?:[^\W\d_]|[A-Z]\.[A-Z]|[ap]\.m|e\.g|i\.e|vs|approx|ca|cf|"
    r"Mr|Mrs|Ms|Mx|Dr|Prof|St|Sr|Jr|Capt|Mt|No|Nr)\.$"
)


@dataclass(frozen=True)
class Heard:
    """A statement to be told, with the probes that came with it (none: the engine makes one)."""

    statement: str
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True)
class FactFile:
    """What a fact file says: the facts of each night, both in the order to be told."""

    nights: tuple[tuple[Heard, ...], ...]


@dataclass(frozen=True)
class _Row:
    night: int
    statement: str
    probe: Probe | None


def _visible(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cc", "Cs", "Zl", "Zp"):
        return " "
    return "" if kind == "Cf" and character not in _EMOJI_PARTS else character


def _squeeze(text: str) -> str:
    """NFC, control characters to spaces, invisible ones dropped, white space to single spaces, ends bare."""
    tidy = unicodedata.normalize("NFC", text)
    if not tidy.isprintable():
        tidy = "".join(map(_visible, tidy))
    return " ".join(tidy.split()) if tidy.strip("".join(_EMOJI_PARTS) + " ") else ""


def clean_statement(text: str) -> str:
    """One statement on one line, otherwise as typed. Raises BadInput when empty or over 400 characters."""
    if len(text) > MAX_TYPED_BYTES:
        raise BadInput(f"This is far too long for one fact; write at most {MAX_CHARACTERS} characters.")
    tidy = _squeeze(text)
    if not tidy:
        raise BadInput("This fact is empty; write a short sentence, for example: Mira lives in Oslo.")
    if len(tidy) > MAX_CHARACTERS:
        raise BadInput(
            f"The fact that begins “{tidy[:40]}” has {len(tidy)} characters; shorten it to {MAX_CHARACTERS} "
            "or split it into several facts."
        )
    return tidy


def _sentences(line: str) -> list[str]:
    """Cut one line at its sentence ends; not after an initial or a common abbreviation (Dr., No., p.m.)."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if not _ABBREVIATION.search(line[max(0, end.start() - 12) : end.start()]):
            found.append(line[start : end.start()])
            start = end.end()
    return [*found, line[start:]]


def split_facts(text: str) -> list[str]:
    """Cleaned statements, one per line; a single line is cut at its sentence ends. Blank lines are ignored.

    Raises BadInput when nothing is left, over 200 facts, over 1 MB, or for a statement over 400 characters.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TYPED_BYTES:
        raise BadInput(f"That is over 1 MB of text; tell at most {MAX_FACTS} short facts at once.")
    lines = [line for line in text.splitlines() if _squeeze(line)]
    parts = _sentences(_squeeze(lines[0])) if len(lines) == 1 else lines
    if not parts:
        raise BadInput("There is no fact here yet; write one short sentence per line.")
    if len(parts) > MAX_FACTS:
        raise BadInput(f"These are {len(parts)} facts; tell at most {MAX_FACTS} at once.")
    return [clean_statement(part) for part in parts]


def read_facts_csv(path: str | Path) -> FactFile:
    """Read a fact file. Raises BadInput naming the file, and the row where one is wrong (the header is row
    1)."""
    name = Path(path).name
    try:
        table = list(csv.reader(io.StringIO(_read_text(Path(path)), newline=""), strict=True))
    except csv.Error as error:
        raise BadInput(
            f"{name} is not a well-formed CSV file ({error}); save it again as a comma-separated CSV."
        ) from error
    header = [cell.strip().lower() for cell in table[0]] if table else []
    if len(header) != len(set(header)) or set(header) | {"night"} != set(COLUMNS):
        raise BadInput(f"{name} does not start with the header {','.join(COLUMNS)}; put that into its first row.")
    rows = [
        _row(header, cells, f"Row {number} of {name}")
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise BadInput(f"{name} has a header but no facts; add at least one row with a statement.")
    nights: dict[int, list[_Row]] = {}
    for row in rows:
        nights.setdefault(row.night, []).append(row)
    return FactFile(tuple(_heard(nights[night]) for night in sorted(nights)))


def _read_text(path: Path) -> str:
    try:
        too_big = path.stat().st_size > MAX_FILE_BYTES
        raw = b"" if too_big else path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadInput(f"{path.name} cannot be read; check that the path is right and that it is a file.") from error
    if too_big:
        raise BadInput(f"{path.name} is over 10 MB; split it into smaller fact files.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not text in UTF-8; save it as a CSV file in UTF-8.") from error
    if "\0" in text:
        raise BadInput(f"{path.name} is not text in UTF-8; save it as a CSV file in UTF-8.")
    return text


def _row(header: list[str], cells: list[str], where: str) -> _Row:
    if len(cells) != len(header):
        raise BadInput(
            f"{where} has {len(cells)} cells where the header has {len(header)}; "
            "put text that holds a comma in double quotes."
        )
    cell = dict(zip(header, cells, strict=True))
    night = cell.get("night", "").strip() or "1"
    if not re.fullmatch(r"[0-9]{1,6}", night) or int(night) < 1:
        raise BadInput(f"{where} has the night “{night[:20]}”; number the nights 1, 2, 3 and so on.")
    try:
        statement = clean_statement(cell["statement"])
    except BadInput as error:
        raise BadInput(f"{where} cannot be used: {str(error)[0].lower()}{str(error)[1:]}") from error
    return _Row(int(night), statement, _probe(cell["question"], cell["answer"], where))


def _probe(question: str, answer: str, where: str) -> Probe | None:
    question = _squeeze(question)
    answers = tuple(one for part in answer.split("|") if (one := _squeeze(part)))
    if max(map(len, (question, *answers))) > MAX_CHARACTERS:
        raise BadInput(f"{where} has a question or answer over {MAX_CHARACTERS} characters; shorten it.")
    if bool(question) != bool(answers):
        missing = "an answer" if question else "a question"
        raise BadInput(f"{where} lacks {missing}; fill in both question and answer, or leave both empty.")
    return Probe(question, answers) if question else None


def _heard(rows: list[_Row]) -> tuple[Heard, ...]:
    probes: dict[str, list[Probe]] = {}
    for row in rows:
        probes.setdefault(row.statement, []).extend([row.probe] if row.probe else [])
    return tuple(Heard(statement, tuple(every)) for statement, every in probes.items())


@cache
def _examples() -> dict[str, list[str]]:
    sets = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return {str(title): [clean_statement(one) for one in statements] for title, statements in sets.items()}


def example_sets() -> dict[str, list[str]]:
    """Sets of facts to try, by title, from assets/facts/examples.json, as a fresh copy."""
    return {title: list(statements) for title, statements in _examples().items()}
