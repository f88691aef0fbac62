"""The same thing in other words: how school varies a wording of a frame, so that not the pattern but the words count.

Three changes: words and phrases exchanged for others of the same meaning (`synonyms.txt`), the sentence put together in
another way (`core/nursery/rebuilding.py`), and a word by the way (`Mira, I hear, ...`). Slots stay
what they were, and words that an answer repeats stay too. A held-out wording is never reached, and the exam's own wordings
are never varied.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from core.nursery.frames import Frame, Wording, sentence
from core.nursery.rebuilding import PEOPLE, ways
from core.nursery.verbs import forms
from core.nursery.words import with_articles

SYNONYMS = Path(__file__).parent / "synonyms.txt"
REWORDED, EACH = 0.6, 0.55  # share of the wordings with other words, and of such words in them
REBUILT = 0.25  # share of the wordings that are put together in another way
ASIDE = 0.12  # share of the statements opening with their subject that have a word by the way behind it

_BE = {"base": "be", "past": "was", "participle": "been", "third": "is", "gerund": "being"}
_SUBJECT = re.compile(r"(\{S\})( (?!and |or )[a-z][^?]*\.)")  # no comma may part two of them
_BY_THE_WAY = """I hear|by the way|of course|as you know|they say|I think|so I was told|to be exact|as far as I know|on the whole|
it seems|in fact|luckily|it is said|I must say|if I remember right|as always|you see|believe it or not|for once""".replace("\n", "").split("|")  # fmt: skip
_OF_SOMEBODY = """the one with the red beard|an old friend of the family|who is new here|whom nobody had expected|a quiet soul|the eldest of the
cousins|the pride of the village|tired but happy|who hardly ever sleeps|just back from the sea|the youngest in the room|as cheerful as
ever|who sat beside me|whom you have met|of all people|in the best of moods|our man for everything|who used to be so shy|my favourite
neighbour|still half asleep|known for such things|the talk of the town|a true expert|who never tells a lie|without a word""".replace("\n", " ").split("|")  # fmt: skip


def reworded(wording: Wording, frame: Frame, rng: random.Random) -> Wording:
    """`wording` of `frame`, now and then said in another way."""
    text = wording.text
    if rng.random() < REBUILT and (found := ways(text, frame)):
        text = rng.choice(rng.choice(found))
    if rng.random() < REWORDED:
        text = _with_synonyms(text, _answering(frame), rng)
    if rng.random() < ASIDE and (match := _SUBJECT.fullmatch(text)):
        said = _BY_THE_WAY + _OF_SOMEBODY * (dict(frame.slots)["S"] in PEOPLE)
        text = f"{match.group(1)}, {rng.choice(said)},{match.group(2)}"
    return wording if text in _held_out(frame) else replace(wording, text=text)


@cache
def _held_out(frame: Frame) -> frozenset[str]:
    every = (*frame.says, *frame.asks, *frame.reversed_asks, *frame.checks, *frame.denies)
    return frozenset(w.text for w in every if w.held_out)


@cache
def _answering(frame: Frame) -> frozenset[str]:
    """Words that answers repeat from the statement."""
    answers = (w.answer for w in (*frame.asks, *frame.reversed_asks))
    return frozenset(word for answer in answers for word in re.sub(r"\{[^}]*\}", " ", answer).lower().split())


# --- other words ---------------------------------------------------------------------------------------------------


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """What each word or phrase may be exchanged for."""
    found: dict[str, list[str]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        is_verb = line.startswith("v: ")
        left, _, right = line.removeprefix("v: ").partition(" > ")
        said, others = left.split(", "), (right or left).split(", ")
        for phrase in said:
            for other in others:
                if other != phrase:
                    for old, new in _pairs(phrase, other) if is_verb else ((phrase, other),):
                        found.setdefault(old, []).append(new)
    return {old: tuple(dict.fromkeys(new)) for old, new in found.items()}


def _pairs(verb: str, other: str) -> Iterator[tuple[str, str]]:
    """Forms of two verbs that may stand for one another. `be fond of` cannot follow `did` or `was`, and where past and
    participle of the first are one word (`bought`), those of the second have to be."""
    mine, theirs = _forms(verb), _forms(other)
    is_state = other.startswith(("be ", "have "))
    for form in ("base", "third", "gerund", "past", "participle"):
        word = mine[form]
        if form == "base" and word in (mine["past"], mine["participle"]):
            continue  # `come` may stand behind `has`, too
        if form in {"past", "participle"}:
            is_both = mine["past"] == mine["participle"]
            if word == mine["base"] or (is_both and (is_state or theirs["past"] != theirs["participle"])):
                continue
        if not (other.startswith("be ") and form == "base") and not (is_state and form == "participle"):
            yield word, theirs[form]


def _forms(verb: str) -> dict[str, str]:
    head, _, rest = verb.partition(" ")
    return {form: f"{word} {rest}".strip() for form, word in _BE.items()} if head == "be" else forms(verb)


@cache
def _pattern() -> re.Pattern[str]:
    """Any of the phrases, the longest first; one that starts with a small letter also where a sentence opens with it."""
    phrases = {p for phrase in _synonyms() for p in (phrase, sentence(phrase))}
    longest_first = sorted(phrases, key=lambda p: (-len(p), p))
    return re.compile(rf"(?<![\w'{{-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w'}}-])")


def _with_synonyms(text: str, kept: frozenset[str], rng: random.Random) -> str:
    parts, end = [], 0
    for match in _pattern().finditer(text):
        old = match.group()
        others = _synonyms().get(old) or _synonyms()[old[:1].lower() + old[1:]]
        if rng.random() >= EACH or kept & set(old.lower().split()):
            continue
        new = rng.choice(others)
        parts += [text[end : match.start()], sentence(new) if old[:1].isupper() else new]
        end = match.end()
    return with_articles("".join(parts) + text[end:]) if parts else text
