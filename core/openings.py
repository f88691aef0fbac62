"""How a dream begins: freely, or with the first words of a question about anything.

With a memory in view the brain asks about it in the few turns of phrase that it likes best, and more about one memory than
about another. Words that another question begins with lead it to other turns of phrase (recombination). What then makes no
sense of the memory is left out like any other dream.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from core.models import Base

WORDS = 4  # that are borrowed, at most

Ids = tuple[int, ...]


def first_words(question: str, rng: Random) -> str:
    """One to WORDS words, and never the whole question; empty where it has only one."""
    words = question.split()
    return " ".join(words[: rng.randint(1, min(WORDS, len(words) - 1))]) if len(words) > 1 else ""


def lent(base: Base, questions: Sequence[str], rng: Random) -> list[Ids]:
    """Openings, as token ids, with the first words of these questions: a usual one as often as it is usual."""
    return [tuple(base.begun_ids(words)) for question in questions if (words := first_words(question, rng))]


def opened(count: int, plain: Ids, lent: Sequence[Ids], share: float, rng: Random) -> list[Ids]:
    """The openings of `count` dreams: a `share` of them lent, as far as there are any."""
    return [rng.choice(lent) if lent and rng.random() < share else plain for _ in range(count)]
