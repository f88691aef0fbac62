"""Fact sets: facts and exam questions, drawn from the nursery's generator in names and words held out from training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import log2
from typing import Literal

from core.facts import FactFile, Heard
from core.nursery.fillers import Filler
from core.nursery.told import Asked, Told
from core.nursery.world import World
from core.randomness import python_random
from core.text import normalise
from core.values import Probe

Kind = Literal["known", "unseen", "reversed"]
DRAWS = 4096  # per type of value; so no fact counts for more than 12 bits


@dataclass(frozen=True)
class FactSet:
    """What is told, night by night, and what the bench knows about it besides."""

    told: FactFile
    kinds: dict[tuple[str, str], Kind]  # (statement, question) -> in which wording it asks
    bits: dict[str, float]  # statement -> information in the answer to its first question


def draw(number: int, nights: int, per_night: int, purpose: str = "exam") -> FactSet:
    """Fact set `number`: the same one at every call, and disjoint streams for different purposes.

    Each fact is asked about in a wording that training knew, in one held out from training where its frame has such,
    and the other way round where it can be. No yes/no questions, no denials.
    """
    rng = python_random(number, "bench", purpose, nights, per_night)
    known, unseen = World(rng, exam=True, known_wordings=True), World(rng, exam=True)
    wanted = nights * per_night
    told = known.facts(wanted + wanted // 2 + 4, denied=0.0, plain=True)  # some frames have no question that is clear
    heard: list[Heard] = []
    kinds: dict[tuple[str, str], Kind] = {}
    bits: dict[str, float] = {}
    for index, fact in enumerate(told):
        first = _ask(known, told, index, "ask")
        if first is None or fact.statement in bits or len(heard) == wanted:
            continue
        asked: dict[str, tuple[Asked, Kind]] = {normalise(first.question): (first, "known")}
        strange = _ask(unseen, told, index, "ask") if any(w.held_out for w in fact.frame.asks) else None
        turned = _ask(known, told, index, "reversed")
        others: tuple[tuple[Asked | None, Kind], ...] = ((strange, "unseen"), (turned, "reversed"))
        for other, kind in others:
            if other:
                asked.setdefault(normalise(other.question), (other, kind))
        heard.append(Heard(fact.statement, tuple(Probe(a.question, (a.answer,)) for a, _ in asked.values())))
        kinds |= {(fact.statement, a.question): kind for a, kind in asked.values()}
        bits[fact.statement] = _bits(fact, first.answer)
    if len(heard) < wanted:
        raise ValueError(f"only {len(heard)} of {wanted} facts came out with a clear question")
    by_night = tuple(tuple(heard[i : i + per_night]) for i in range(0, wanted, per_night))
    return FactSet(FactFile(by_night), kinds, bits)


def _ask(world: World, told: list[Told], index: int, kind: str) -> Asked | None:
    """A question of `kind`, given a few tries: whether a drawn wording is clear depends on what else was told."""
    return next((a for _ in range(4) if (a := world.question(told, index, kind))), None)


def _bits(fact: Told, answer: str) -> float:
    """log2 of the number of values that each slot in the answer could have drawn."""
    in_answer = [kind for slot, kind in fact.frame.slots if any(v in answer for v in fact.values[slot].split("/"))]
    return sum(log2(_how_many(kind)) for kind in in_answer)


@cache
def _how_many(kind: str) -> int:
    """Different values among a few thousand draws: a lower bound on what a slot type could have drawn."""
    filler = Filler(python_random(0, "bench", "values", kind), exam=True)
    return len({filler.draw(kind) for _ in range(DRAWS)})
