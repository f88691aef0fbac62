"""Words: listed ones (`lexicon/*.txt`), and ones built from syllables or random letters.

One word in eight is held out by a hash of its letters: the exam draws only from those, training
never does.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from zlib import crc32

LEXICON = Path(__file__).parent / "lexicon"

_ONSETS = "b bl br c ch cl d dr f fl g gl gr h j k kl kr l m n p pl pr qu r s sh sk sl st t th tr v w y z zh".split()
_NUCLEI = "a e i o u a e i o ai ea ee ie oa oo ou au ia io".split()
_CODAS = ["", "", "", "", "n", "l", "r", "s", "m", "k", "t", "d", "x", "nd", "rk", "st", "sh", "th", "ng", "lm"]


_NOT_FOR_SCHOOL = frozenset("sex ass tit nig fag cum fuk shit dik cok puss slut cunt rape nazi".split())


def is_held_out(word: str) -> bool:
    """True for the one word in eight that only the exam may use."""
    return crc32(word.lower().encode()) % 8 == 0


@cache
def words(name: str) -> tuple[str, ...]:
    """The entries of one lexicon file, in order."""
    text = (LEXICON / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(w.strip() for w in text.replace("\n", ",").split(",") if w.strip()))


@cache
def _split(name: str, held_out: bool) -> tuple[str, ...]:
    every = words(name)
    part = tuple(w for w in every if is_held_out(w) == held_out)
    return part if len(part) >= 2 else every  # closed classes (days, months, ...) cannot be split


def with_articles(text: str) -> str:
    """`a inn` as `an inn`, and `an tavern` as `a tavern`, where letters tell; `a unit`, `an hour` and `coach A` stay."""
    text = re.sub(r"(\ba|(?:^|(?<=[.!?:] ))A) (?=[aeio])(?!one\b|once\b)", r"\1n ", text)
    return re.sub(r"\b([Aa])n (?=[b-df-gj-np-tv-z]|use|uni)", r"\1 ", text)


class Words:
    """Draws words. `exam=True` draws only those held out from what school draws: names and built words never meet there.
    Short lists are not split, and a common noun may stand in a sentence pattern of school all the same."""

    def __init__(self, rng: random.Random, *, exam: bool = False):
        self.rng = rng
        self.exam = exam

    def word(self, name: str) -> str:
        return self.rng.choice(_split(name, self.exam))

    def built(self, syllables: int | None = None) -> str:
        """A word that does not exist, from 2–3 syllables, or now and then random letters."""
        r = self.rng
        while True:
            if r.random() < 0.15:
                text = "".join(r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(r.randint(3, 7)))
            else:
                n = syllables or r.choice((1, 2, 2, 2, 3))
                text = "".join(r.choice(_ONSETS) + r.choice(_NUCLEI) for _ in range(n)) + r.choice(_CODAS)
            if is_held_out(text) == self.exam and text not in _NOT_FOR_SCHOOL:
                return text

    def mix(self, name: str, built: float) -> str:
        """A listed word, or with probability `built` one that does not exist."""
        return self.built() if self.rng.random() < built else self.word(name)

    def coined(self, name: str = "", built: float = 1.0) -> str:
        """A capitalised proper name."""
        text = self.mix(name, built) if name else self.built()
        return text[:1].upper() + text[1:]
