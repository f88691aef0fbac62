"""Small values built by hand for the tests of the pictures.

They are awkward on purpose: a fact that is pseudo-HTML with an emoji, one that fell, a rate without trials.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.findings import Attribution, Cosines, DoseCurve, DosePoint, LesionMap, Neuron, Word
from core.lab import Run
from core.measured import ExamRow, MatrixDelta, Rate, SideEffects, SleepReport
from core.retention import NightCard, NightsExam
from core.values import AnswerProbability, CacheSnapshot, Dream, Fact, SleepStep

NASTY = '<b>& "x" 😀'


def make_facts() -> tuple[Fact, ...]:
    return (
        Fact(0, "Mira lives in Oslo."),
        Fact(1, NASTY),
        Fact(2, "Tovel's favourite drink is sandu tea, served cold."),
    )


def make_snapshot(asked: bool = True) -> CacheSnapshot:
    """4 layers, 2 heads, 24 entries; the sink dwarfs all others."""
    words = ["<s>", *("Mira", " lives", " in", " Os", "lo", ".", "\n")]
    words += ["<b>", "&", ' "', "x", '" ', "😀", "\n"]
    words += ["Ġ", "Tov", "el", "'s", " drink", " is", " tea", ".", "\n"]
    numbers = np.array([-1] + [0] * 7 + [1] * 7 + [2] * 9)
    rng = np.random.default_rng(0)
    norms = rng.gamma(9.0, 0.5, (2, 4, 2, len(words)))
    norms[..., 0] = 40.0
    share = rng.dirichlet([8.0] + [0.3] * len(words), (4, 2))[..., :-1]
    read = share[:, ::-1] if asked else None
    return CacheSnapshot(
        tuple(words), numbers, norms[0], norms[1], share if asked else None, 24_576, 96, "Where?", read
    )


def _row(fact: Fact, source: str, condition: str, right: bool) -> ExamRow:
    answer = "Oslo" if right else "I do not know"
    tokens = ("Q", ":", "?")
    return ExamRow(
        1,
        fact.statement,
        NASTY + "?",
        "Oslo",
        source,
        True,
        condition,
        answer,
        right,
        -0.4,
        tokens,
        0,
        fact.number,
    )


def make_exam(facts: tuple[Fact, ...]) -> tuple[ExamRow, ...]:
    """Fact 0 rises, fact 1 (own questions too) falls, fact 2 rises halfway."""
    right = {
        (0, "given"): dict(blank=0, awake=3, alone=3, amnesia=0, slept=3),
        (1, "given"): dict(blank=0, awake=3, alone=3, amnesia=0, slept=1),
        (1, "self"): dict(blank=1, awake=2, alone=3, amnesia=0, slept=2),
        (2, "self"): dict(blank=0, awake=1, alone=3, amnesia=0, slept=2),
    }
    return tuple(
        _row(facts[number], source, condition, i < hits)
        for (number, source), by_condition in right.items()
        for condition, hits in by_condition.items()
        for i in range(3)
    )


def make_dreams() -> tuple[Dream, ...]:
    rng = np.random.default_rng(1)
    found = []
    for fact in (0, 1, 2, None):
        for i in range(24):
            score = float(rng.normal(9 if i % 3 else 2, 1.5)) if fact is not None else float(rng.normal(0.2, 0.3))
            source = "replay" if fact is not None else "rehearsal"
            kept = fact is None or (score > 4 and fact != 2)
            found.append(
                Dream(f"Where does {NASTY} live?", NASTY, fact, source, score, kept, "" if kept else "low score")
            )
    return tuple(found)


def make_probabilities(share: float) -> tuple[AnswerProbability, ...]:
    """One dreamt answer each of facts 0 and 1; the student has learned `share` of what the teacher knows."""
    return tuple(AnswerProbability(n, NASTY + "?", NASTY, 0.9, 0.9 * share) for n in (0, 1))


def make_steps() -> tuple[SleepStep, ...]:
    steps, clock = [SleepStep("read out", 0, 3)], 0.0
    plan = [("read out", 3, 0.2), ("dream", 12, 0.3), ("select", 2, 0.2), ("rehearse", 6, 0.3)]
    for stage, total, seconds in plan:
        for i in range(total):
            clock += seconds
            steps.append(SleepStep(stage, i + 1, total, seconds=clock))
    for i in range(60):
        clock += 0.25
        losses = {"replay": 6 * 0.94**i + 0.05, "rehearsal": 0.08 + 0.04 * np.sin(i / 4), NASTY: 2 * 0.97**i}
        seen = make_probabilities(1 - 0.9 ** (i + 1)) if i % 15 == 14 else ()
        steps.append(SleepStep("seed", i + 1, 60, losses, 1.0, clock, probabilities=seen))
    return (*steps, SleepStep("exam", 1, 1, seconds=clock + 2.5))


def make_deltas() -> tuple[MatrixDelta, ...]:
    rng = np.random.default_rng(2)
    return tuple(
        MatrixDelta(
            layer,
            matrix,
            0.4,
            0.0 if (layer, matrix) == (0, "gate") else 10 ** rng.uniform(-3.5, -0.7),
            values,
            control,
        )
        for layer in range(4)
        for matrix, values, control in (
            ("gate", (0.9, 0.5, 0.2, 0.1), (0.6, 0.55, 0.5, 0.46)),
            ("up", (0.4,) * 8, ()),
            ("down", (0.0, 0.0), (0.0, 0.0)),
        )
    )


def make_report() -> SleepReport:
    facts = make_facts()
    side = SideEffects(
        Rate.of(152, 160),
        Rate.of(155, 160),
        Rate.of(57, 60),
        Rate.of(2, 60),
        Rate.of(0, 0),
        0.0123,
        0.0045,
        Rate.of(5, 60),
    )
    return SleepReport(
        night=1,
        name=NASTY,
        model="built-in",
        recipe={"name": "full"},
        facts=facts,
        steps=make_steps(),
        dreams=make_dreams(),
        exam=make_exam(facts),
        deltas=make_deltas(),
        side=side,
        seconds={"total": 24.0},
        seed=0,
        versions={"torch": "2.13.0"},
        device="cpu",
        night_hash="abc",
        night_parameters=98_304,
        night_bytes=393_216,
        tokens_trained=40_000,
    )


def make_life() -> tuple[SleepReport, ...]:
    """Nights 1, 2 and 4 (3 was taken back), four questions each; the first night is half forgotten in the end."""
    kept = {1: [4], 2: [4, 3], 4: [2, 3, 1]}  # right answers of four, for this night's facts and those before
    row = next(r for r in make_exam(make_facts()) if r.condition == "slept")
    life = []
    for number, hits in kept.items():
        asked = {
            night: [replace(row, night=night, fact=night, right=i < right) for i in range(4)]
            for night, right in zip(kept, hits, strict=False)
        }
        slept = asked.pop(number)
        own = (*slept, *(replace(r, condition=c, right=False) for c in ("blank", "amnesia") for r in slept))
        past = tuple(row for rows in asked.values() for row in rows)
        life.append(replace(make_report(), night=number, name=f"night-{number}", exam=own, past=past))
    return tuple(life)


def make_cards() -> tuple[NightCard, ...]:
    doses = {1: 1.0, 2: 0.0, 4: 0.5}
    return tuple(
        NightCard(r.night, NASTY if r.night == 2 else "", doses[r.night], 3, r.recall("slept"), "full")
        for r in make_life()
    )


def make_change() -> NightsExam:
    """Night 2 is switched off: its own facts go, and one of night 1's."""
    rows = make_life()[1].past + tuple(r for r in make_life()[1].exam if r.condition == "slept")
    after = tuple(replace(r, right=r.right and r.night == 1 and i != 0) for i, r in enumerate(rows))
    return NightsExam("night-2", "dose", 1.0, 0.0, rows, after)


def make_neurons() -> tuple[Neuron, ...]:
    words = (Word("<b>", 0.31, 1), Word("Ġ", 0.2, -1), Word("\n", 0.1, -1))
    return tuple(
        Neuron(layer, 100 + unit, 0.2, 0.3 / (1 + layer + unit), (unit % 4) - 1, -0.7, words)
        for layer in range(3)
        for unit in range(6)
    )


def make_cosines() -> Cosines:
    """The third night changed nothing; the first two lean the same way."""
    inner = np.array([[4.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    return Cosines(("night-1", NASTY, "night-3"), ((0, "up"), (0, "down")), np.stack([inner, inner]), (1000, 1000))


def _asked(log_probs: tuple[float, ...]) -> tuple[ExamRow, ...]:
    return tuple(
        replace(_row(fact, "given", "slept", value > -1), log_prob=value, answer=NASTY)
        for fact, value in zip(make_facts(), log_probs, strict=True)
    )


def make_curve() -> DoseCurve:
    unasked = Rate.of(0, 0)
    points = [
        DosePoint(dose, _asked((-5 + 4.5 * dose, -0.2, -3.0)), Rate.of(60 - int(9 * dose), 60), unasked, Rate.of(9, 9))
        for dose in (0.0, 0.5, 1.0, 2.0)
    ]
    return DoseCurve("night-1", 1.0, tuple(points))


def make_lesions() -> LesionMap:
    """Fact 1 lives in layer 2 alone; fact 2 nowhere in particular; fact 3 was never learned."""
    whole, without = _asked((-0.1, -0.5, -4.0)), _asked((-9.0, -0.7, -6.0))
    lesioned = (_asked((-0.2, -0.4, -4.0)), _asked((-8.0, -0.6, -5.0)))
    return LesionMap("night-1", (0, 1), whole, without, lesioned)


def make_attribution() -> Attribution:
    shares = np.array([3.0, -0.5, 1.0])
    return Attribution("night-1", 1, NASTY, NASTY, -0.2, -9.1, (0, 1, 2), shares, np.zeros(3), shares[::-1])


def make_runs() -> tuple[tuple[str, Run], ...]:
    """Two sides of a comparison; the second lost what the first kept."""
    report = make_report()
    kept = tuple(row for row in report.exam if row.condition == "slept")
    lost = tuple(replace(row, answer=NASTY, right=False) for row in kept)
    return (("dreaming", Run((report,), kept)), ("cramming", Run((replace(report, steps=()),), lost)))


def values() -> dict[str, object]:
    """What the pictures may ask for, by the name of the argument."""
    report = make_report()
    return dict(
        snapshot=make_snapshot(),
        trace=make_snapshot().trace,
        report=report,
        deltas=report.deltas,
        steps=report.steps,
        dreams=report.dreams,
        reports=make_life(),
        nights=make_cards(),
        change=make_change(),
        neurons=make_neurons(),
        cosines=make_cosines(),
        curve=make_curve(),
        lesions=make_lesions(),
        attribution=make_attribution(),
        runs=make_runs(),
    )


def nothing() -> dict[str, object]:
    """The same before anything was heard, asked or slept on."""
    none, empty = Rate.of(0, 0), np.zeros((4, 2, 0))
    side = SideEffects(none, none, none, none, none, 0.0, 0.0)
    report = replace(make_report(), facts=(), steps=(), dreams=(), exam=(), deltas=(), side=side)
    snapshot = CacheSnapshot((), np.zeros(0, int), empty, empty, None, 0, 96)
    none_yet: dict[str, object] = dict(deltas=(), steps=(), dreams=(), reports=(), nights=(), change=None, runs=())
    late: dict[str, object] = dict(neurons=(), cosines=None, curve=None, lesions=None, attribution=None)
    return dict(snapshot=snapshot, trace=None, report=report, **none_yet, **late)
