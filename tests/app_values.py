"""A long life for the tests of the pages, made of copies of the recorded night: no model is loaded for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.desks import desk_of
from app.frozen import Dropped, Exchange, Trial, View
from core.measured import SleepReport
from core.nights import Night
from core.reports import recorded_run
from core.values import Answer, CacheSnapshot, Fact, Probe, Receipt

PER_NIGHT = 5  # facts


def make_report(recorded: SleepReport, index: int) -> SleepReport:
    """The first facts of the recorded night, as night `index` + 1 of a life."""
    first = PER_NIGHT * index

    def moved(rows):
        kept = (r for r in rows if r.fact is None or r.fact < PER_NIGHT)
        return tuple(r if r.fact is None else replace(r, fact=r.fact + first) for r in kept)

    return replace(
        recorded,
        night=index + 1,
        name=f"night-{index + 1}",
        facts=tuple(replace(f, number=f.number + first, day=index + 1) for f in recorded.facts[:PER_NIGHT]),
        dreams=moved(recorded.dreams),
        exam=tuple(replace(r, night=index + 1) for r in moved(recorded.exam)),
    )


def make_day(first: int, count: int) -> tuple[tuple[Fact, ...], CacheSnapshot]:
    """`count` facts told today, numbered from `first`, and a cache of 5 layers and 4 heads that holds them."""
    facts = tuple(
        Fact(
            first + n,
            f"Person {n} lives in town {n}.",
            (Probe(f"Where does person {n} live?", (f"town {n}",), "self"),),
        )
        for n in range(count)
    )
    pieces = [(-1, "<s>")] + [(f.number, f" {word}") for f in facts for word in f"{f.statement} \n".split(" ")]
    rng = np.random.default_rng(0)
    norms = rng.gamma(9.0, 0.5, (2, 5, 4, len(pieces)))
    shares = rng.dirichlet([8.0] + [0.3] * len(pieces), (2, 5, 4))[..., :-1]
    numbers = np.array([number for number, _ in pieces])
    words = tuple(word for _, word in pieces)
    return facts, CacheSnapshot(words, numbers, *norms, shares[0], 1_000_000, 2048, "Where?", shares[1])


def make_view(nights: int, today: int) -> View:
    """A brain after `nights` nights of five facts, which heard `today` facts since the last one."""
    [recorded] = recorded_run()[:1]
    facts, snapshot = make_day(PER_NIGHT * nights, today)
    return View(
        model="built-in",
        parameters=4_000_000,
        device="cpu",
        n_layers=5,
        facts=facts,
        nights=tuple(Night(f"night-{n + 1}", {}, {}, 8) for n in range(nights)),
        reports=tuple(make_report(recorded, n) for n in range(nights)),
        cache_length=len(snapshot.tokens),
        is_set_aside=False,
        snapshot=snapshot,
    )


def make_exchange(view: View) -> Exchange:
    """One answer from the cache, tested by dropping the first fact of the day: it changed."""
    slip = Receipt(("Q", ":"), view.cache_length, tuple(n.name for n in view.nights))
    whole, without = (
        Answer("Where does person 0 live?", said, -0.1, slip, 0.1) for said in ("town 0", "I do not know")
    )
    test = Dropped(view.facts[0].number, whole, without)
    return Exchange(whole, "live", len(view.nights), view.snapshot.trace, (test,))


def live(name: str, nights: int, today: int) -> View:
    """Put such a life on the desk called `name`. NOCTURNE_MODEL names no model there: what would run one, fails."""
    desk = desk_of(name)
    assert desk.opening.ended.wait(120)
    desk.view = make_view(nights, today)
    desk.trials = {f.number: Trial(f.probes[0].answers[0], True, True) for f in desk.view.facts}
    desk.chat = (make_exchange(desk.view),) if today else ()
    return desk.view
