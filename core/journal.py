"""The dream journal: was a dream right, and what becomes of a night when some dreams are left out. Free of torch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from core.text import is_span, normalise, same_answer
from core.values import UNKNOWN, Dream, Fact

if TYPE_CHECKING:
    from core.dreamer import Dreamt

LEFT_OUT = "you left it out"


def agrees(dream: Dream, fact: Fact | None) -> bool | None:
    """Do the words of a dream's answer stand in the told sentence, or among the answers accepted for that fact?

    A check of words, not of meaning. None where it says nothing: a dream of no told fact (empty cache, placebo), an
    answer of "I do not know", yes or no, and a memory said again in other words.
    """
    if fact is None or dream.fact != fact.number or dream.source == "placebo" or not dream.answer:
        return None
    if normalise(dream.answer) in {normalise(UNKNOWN), "yes", "no"}:
        return None
    if is_span(dream.answer, fact.statement) or any(same_answer(dream.answer, p.answers) for p in fact.probes):
        return True
    return False if dream.question else None


def left_out(dreams: Collection[Dream]) -> frozenset[str]:
    """The normalised questions that a person kept out of a night."""
    return frozenset(normalise(d.question) for d in dreams if d.reason == LEFT_OUT)


def leave_out(part: Dreamt, without: Collection[str]) -> Dreamt:
    """What was dreamt, less the lessons on the questions in `without` (normalised); the journal says so.

    What was said stays: the rehearsal, which sets out from it, is the same with and without them, so that the two
    nights differ in these lessons alone.
    """

    def told(dream: Dream) -> Dream:
        is_out = dream.kept and normalise(dream.question) in without
        return replace(dream, kept=False, reason=LEFT_OUT) if is_out else dream

    lessons = [lesson for lesson in part.lessons if lesson.question not in without]
    return replace(part, lessons=lessons, dreams=[told(dream) for dream in part.dreams])
