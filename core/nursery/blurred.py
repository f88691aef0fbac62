"""Blurring: now and then a word of a wording is replaced by one that does not exist (after word dropout, Iyyer et al.
2015, "Deep Unordered Composition Rivals Syntactic Methods").

A visitor's wording holds words that school never taught. What is asked must then be inferred from the rest: whom it
names, how it asks, and which of the told things fits. Only what is heard is blurred, never what the model should say.
"""

from __future__ import annotations

import re

from core.nursery.words import Words

TOLD, ASKED = 0.07, 0.1  # share of statements and of questions with a blurred word

# Little words, and those that decide what is asked or whether it holds: without them nothing could be inferred.
_KEPT = frozenset(
    """about above after again also before behind below been being beside between both came could does doing down during
    each else every everything from have having here into instead just later least less many more most much must near
    never next nobody none nothing once only other over said same second should since some someone still than that them
    then there these they this those until under very were what when where which while whole whom whose will with
    without would your yours first last long longer shorter name named called kind sort type time year month date
    number colour color""".split()
)
_WORD = re.compile(r"(?<![\w{.'’])[a-z]{4,}(?![\w}'’])")
_ENDINGS = ("ing", "ed", "es", "s")


def blurred(words: Words, pattern: str) -> str:
    """`pattern` with one of its content words replaced; slots (`{S}`) and little words stay. Unchanged when it has none."""
    places = [m for m in _WORD.finditer(pattern) if m.group() not in _KEPT]
    if not places:
        return pattern
    at = words.rng.choice(places)
    ending = next((e for e in _ENDINGS if at.group().endswith(e)), "")
    return f"{pattern[: at.start()]}{words.built()}{ending}{pattern[at.end() :]}"
