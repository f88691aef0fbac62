"""The model's school report: what the freshly raised model can do, on names and made-up words that it was never told, in
wordings that it knows and in held-out ones.

`python -m core exam` prints it; the model card keeps it.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.brain import Brain
from core.lines import View, line
from core.measured import Rate
from core.memory import ALONE, EMPTY, LIVE
from core.models import Base
from core.nursery.told import Asked, Told
from core.nursery.world import World, deep_past
from core.randomness import generator
from core.speaking import speak
from core.text import same_answer


@dataclass(frozen=True)
class Mark:
    """One line of the school report."""

    subject: str
    rate: Rate


KIND_NAMES = {
    "ask": "asked",
    "reversed": "reversed questions",
    "check": "yes/no questions",
    "unknown": "never told: says that it does not know",
    "neighbour": "one thing exchanged in a told question: says that it does not know",
    "two_hop": "two-hop questions",
    "negation": "negated statements",
}
VISITORS = Path(__file__).parents[2] / "tests" / "data" / "visitors.csv"
SHIFTS = (500, 1000, 1800)  # positions between a fact and the question, with nothing in them
SIZES = (1, 5, 10, 20, 40)  # facts in the cache


def school_report(base: Base, *, seed: int = 0, per_size: int = 120, visitors: Path | None = None) -> list[Mark]:
    """Every mark, in the order of the report. `per_size` questions for each number of facts."""
    marks: list[Mark] = []
    for known in (True, False):
        kinds: dict[str, list[bool]] = defaultdict(list)
        name = "known wordings" if known else "unseen wordings"
        for n in SIZES:
            right = []
            for number in range(max(2, per_size // n)):
                right += _awake(base, n, partial(_world, f"{seed}/{n}/{number}", known), kinds)
            marks.append(_mark(f"awake, {n} facts, {name}", right))
        marks += [_mark(f"{kind}, {name}", hits) for kind, hits in sorted(kinds.items())]
    marks += _at_a_distance(base, seed)
    marks.append(Mark("deep past", _deep_past(base)))
    marks.append(Mark("self-questions", _self_questions(base, random.Random(f"{seed}/self"))))
    if visitors and visitors.exists():
        marks += _visitors(base, visitors)
    return marks


def _at_a_distance(base: Base, seed: int) -> list[Mark]:
    """Ten facts in the cache, and the question asked from a position far behind them: recall must not depend on it."""
    found = []
    for shift in SHIFTS:
        rng, hits = random.Random(f"{seed}/distance"), []
        for _ in range(6):
            world = World(rng, exam=True, known_wordings=True)
            told = world.facts(10, denied=0.0, plain=True)
            brain = Brain(base)
            for fact in told:
                brain.hear(fact.statement)
            whole = brain.day.whole()
            far = View(
                whole.cache, whole.entries, whole.position + min(shift, base.context_length - len(brain.day) - 144)
            )
            asks = [a for i in range(10) if (a := world.question(told, i))]
            said = speak(base, brain.model, [brain.question_line(a.question, far) for a in asks])
            hits += [same_answer(base.decode(s.ids).strip(), (a.answer,)) for s, a in zip(said, asks, strict=True)]
        found.append(_mark(f"awake, 10 facts, asked {shift} positions later", hits))
    return found


def _mark(subject: str, hits: Sequence[bool]) -> Mark:
    return Mark(subject, Rate.of(sum(hits), len(hits)))


def _world(where: str, known_wordings: bool, kind: str) -> World:
    """Each kind of question is drawn from a stream of its own, so that none depends on what the others draw."""
    return World(random.Random(f"{where}/{known_wordings}/{kind}"), exam=True, known_wordings=known_wordings)


def _awake(base: Base, n: int, world: Callable[[str], World], kinds: dict[str, list[bool]]) -> list[bool]:
    """A cache of `n` held-out facts, every one asked once; other kinds of question are marked into `kinds`."""
    told = world("facts").facts(n, denied=0.0, plain=True)
    joiner = world("two_hop")
    hop = next((found for _ in range(6) if (found := joiner.two_hop(told))), None)  # few facts can be joined
    brain = Brain(base)
    for fact in [*told, *([hop[0]] if hop else [])]:
        brain.hear(fact.statement)
    asker = world("ask")
    asks = [asked for i in range(n) if (asked := asker.question(told, i))]
    hits = _ask(brain, asks)
    for asked, right in zip(asks, hits, strict=True):
        kinds[f"answers of {min(4, len(asked.answer.split()))} words"].append(right)
        if n in {5, 10, 20} and asked.fact is not None:
            kinds[f"topic {told[asked.fact].frame.topic}"].append(right)
    _ask_other_kinds(world, brain, told, hop[1] if hop else None, kinds)
    if n > 1:
        apart = [
            same_answer(brain.ask(a.question, ALONE(a.fact)).text, (a.answer,)) for a in asks if a.fact is not None
        ]
        kinds["one fact alone in the cache"] += apart
    return hits


def _ask_other_kinds(
    world: Callable[[str], World], brain: Brain, told: list[Told], joined: Asked | None, kinds: dict[str, list[bool]]
) -> None:
    """Reversed, yes/no, never told, two-hop and negated questions about the facts in the cache."""
    n, askers = len(told), {kind: world(kind) for kind in ("reversed", "check", "unknown")}
    others = [askers[kind].question(told, i, kind) for i in range(n) for kind in ("reversed", "check")]
    others += [askers["unknown"].unknown(told) for _ in range(max(1, n // 2))]
    others += [joined, _denied(world("negation"), brain) if n <= 10 else None]
    asks = [a for a in others if a]
    for asked, right in zip(asks, _ask(brain, asks), strict=True):
        kinds[KIND_NAMES[asked.kind]].append(right)


def _denied(world: World, brain: Brain) -> Asked | None:
    """A negated statement is told; asked whether it holds, the answer is no."""
    told = world.facts(1, denied=1.0, plain=True)
    if not told[0].denied:
        return None
    brain.hear(told[0].statement)
    for _ in range(8):
        asked = world.question(told, 0, "check")
        if asked:
            return Asked(asked.question, asked.answer, "negation")
    return None


def _ask(brain: Brain, asks: Sequence[Asked]) -> list[bool]:
    answers = brain.ask_many([a.question for a in asks], LIVE)
    return [same_answer(given.text, (a.answer,)) for given, a in zip(answers, asks, strict=True)]


def _deep_past(base: Base) -> Rate:
    brain = Brain(base)
    asked = [(q, answer) for questions, answer in deep_past() for q in questions]
    answers = brain.ask_many([q for q, _ in asked], EMPTY)
    return Rate.of(sum(same_answer(g.text, (a,)) for g, (_, a) in zip(answers, asked, strict=True)), len(asked))


def _self_questions(base: Base, rng: random.Random) -> Rate:
    """Share of questions, asked by itself about one cached fact, that it answers with words of that fact."""
    from core.text import is_span

    world = World(rng, exam=True)
    told: list[Told] = world.facts(20, denied=0.0, plain=True)
    brain = Brain(base)
    facts = [brain.hear(t.statement) for t in told]
    views = [brain.day.alone(f.number) for f in facts for _ in range(10)]
    asked = speak(
        base,
        brain.model,
        [line(base, v, base.ask_ids) for v in views],
        temperature=1.0,
        generator=generator(0, "school"),
    )
    questions = [base.decode(s.ids).strip() for s in asked]
    answers = speak(
        base, brain.model, [line(base, v, base.question_ids(q)) for v, q in zip(views, questions, strict=True)]
    )
    statements = [f.statement for f in facts for _ in range(10)]
    about = [is_span(base.decode(a.ids).strip(), s) for a, s in zip(answers, statements, strict=True)]
    return Rate.of(sum(about), len(about))


def _visitors(base: Base, path: Path) -> list[Mark]:
    """Facts as visitors type them: ten to a cache, and each one alone."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    statements = list(dict.fromkeys(row["statement"] for row in rows))
    together, apart = [], []
    for start in range(0, len(statements), 10):
        brain = Brain(base)
        numbers = {s: brain.hear(s).number for s in statements[start : start + 10]}
        for row in (r for r in rows if r["statement"] in numbers):
            expected = tuple(row["answer"].split("|"))
            together.append(same_answer(brain.ask(row["question"]).text, expected))
            apart.append(same_answer(brain.ask(row["question"], ALONE(numbers[row["statement"]])).text, expected))
    return [
        Mark("visitors' facts, ten in the cache", Rate.of(sum(together), len(together))),
        Mark("visitors' facts, alone in the cache", Rate.of(sum(apart), len(apart))),
    ]


def as_table(marks: Sequence[Mark]) -> str:
    """The report as a Markdown table."""
    rows = [f"| {m.subject} | {_cell(m.rate)} |" for m in marks]
    return "\n".join(["| subject | share right (n, 95 % interval) |", "|---|---|", *rows])


def _cell(rate: Rate) -> str:
    if rate.value is None:
        return "not asked"
    return f"{rate.value:.3f} ({rate.n}, {rate.low:.2f}–{rate.high:.2f})"
