"""The lab: the same facts and the same seed, lived through under two or more recipes, each on a fresh brain.

A comparison is a value that names its sides; a `Run` is what one side measured. Runs lie under NOCTURNE_HOME/lab, each
in a file named by a hash of all that it depends on (model, device, recipe, seed, facts), written only when whole: a comparison
that was interrupted goes on with the sides that are missing, and a side that two comparisons share is run once.
Importing this module loads no torch.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.facts import Heard
from core.measured import ExamRow, Rate, SleepReport
from core.plain import plain, restore
from core.recipes import RECIPES, Recipe
from core.store import home
from core.values import Condition, Fact, Probe, SleepStep

if TYPE_CHECKING:
    from core.models import Base

SCHEMA = 1
Nights = tuple[tuple[Heard, ...], ...]


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its name on screen, its recipe, and the facts told before each night."""

    name: str
    recipe: Recipe
    nights: Nights


@dataclass(frozen=True)
class Comparison:
    """A question that running recipes side by side can answer. `story`: facts of its own, in place of the person's."""

    title: str
    question: str
    recipes: tuple[tuple[str, Recipe], ...]
    story: tuple[Nights, ...] = ()  # one per recipe; empty: one night of the person's facts
    hint: str = ""  # what to look for in the result

    def sides(self, facts: Sequence[Heard], seed: int) -> tuple[Side, ...]:
        """The sides, all on the same facts and seed."""
        stories = self.story or ((tuple(facts),),) * len(self.recipes)
        pairs = zip(self.recipes, stories, strict=True)
        return tuple(Side(name, recipe.with_seed(seed), nights) for (name, recipe), nights in pairs)


@dataclass(frozen=True)
class Run:
    """What one side measured: a report per night, and every probe of all nights asked after the last one."""

    reports: tuple[SleepReport, ...]
    final: tuple[ExamRow, ...]

    def recall(self, condition: Condition) -> Rate:
        """Share of open probes answered right: after the last night for `slept`, else each night's own, pooled."""
        rows = self.final if condition == "slept" else [r for report in self.reports for r in report.exam]
        asked = [r.right for r in rows if r.condition == condition and not r.is_yes_no]
        return Rate.of(sum(asked), len(asked))

    @property
    def steps(self) -> tuple[SleepStep, ...]:
        """The ticks of all nights, one after the other."""
        return tuple(step for report in self.reports for step in report.steps)


# The comparisons -----------------------------------------------------------------------------------

_FULL = RECIPES["full"]


def _longer(name: str, times: float) -> Recipe:
    """`full` with `times` the steps that it may take at most, all of them taken; its dreams stay the same.

    No gate: harm is what is looked for.
    """
    steps, per_fact = round(_FULL.steps * times), _FULL.steps_per_fact * times
    return replace(_FULL, name=name, steps=steps, steps_per_fact=per_fact, saturation=None, gate_tolerance=None)


def _color(statement: str, answer: str) -> Heard:
    return Heard(statement, (Probe("What colour is the lighthouse?", (answer,)),))


_MONDAY = (
    _color("The lighthouse is red.", "red"),
    Heard("Mira lives in Oslo.", (Probe("Where does Mira live?", ("Oslo",)),)),
    Heard("Tovan owns a boat.", (Probe("What does Tovan own?", ("a boat",)),)),
)
_TUESDAY = (_color("The lighthouse is green.", "green"),)

COMPARISONS: dict[str, Comparison] = {
    "dreaming": Comparison(
        "Dreaming or cramming",
        "Does it matter that it dreams, or is repeating the sentences enough?",
        (("dreaming", _FULL), ("cramming", RECIPES["cram"])),
        hint="Both saw the same facts. Compare what each answers, and what was lost elsewhere.",
    ),
    "amount": Comparison(
        "Too little, right, too much sleep",
        "How much of a night is enough, and can it be too much?",
        (
            ("a nap", _longer("full, an eighth of the longest", 0.125)),
            ("a night", _FULL),
            ("too long", _longer("full, twice the longest", 2.0)),
        ),
        hint="A night ends by itself once it recalls its dreams; a nap is broken off before, the long one goes on. "
        "Watch the gain level off while the costs go on.",
    ),
    "rehearsal": Comparison(
        "With and without rehearsal",
        "What does it lose if it does not rehearse what it knew before?",
        (
            ("with rehearsal", _FULL),
            (
                "without rehearsal",
                replace(_FULL.without_rehearsal(), name="full, no rehearsal", gate_tolerance=None),
            ),
        ),
        hint="Look below the gain: at what it always knew, and at questions about things that it was never told.",
    ),
    "placebo": Comparison(
        "Sleep, placebo, nothing",
        "Is it these facts that the night brings, or would any night do?",
        (("sleep", _FULL), ("placebo", RECIPES["placebo"]), ("no sleep", RECIPES["none"])),
        hint="A placebo night dreams of other facts of the same kind. It should learn none of yours.",
    ),
    "contradiction": Comparison(
        "A contradiction",
        "Monday: the lighthouse is red. Tuesday: it is green. What does it believe on Wednesday?",
        (("two nights of sleep", _FULL), ("two nights of cramming", RECIPES["cram"]), ("all in one night", _FULL)),
        ((_MONDAY, _TUESDAY), (_MONDAY, _TUESDAY), ((*_MONDAY, *_TUESDAY),)),
        hint="The later sentence should win: then both rows about the lighthouse say green, and the other facts stay.",
    ),
}


# On disk -------------------------------------------------------------------------------------------


def key_of(side: Side, fingerprint: str, device: str) -> str:
    """A name for all that the run of `side` depends on, on the model of that fingerprint and on that device."""
    recipe = {name: value for name, value in asdict(side.recipe).items() if name != "summary"}
    text = json.dumps([SCHEMA, fingerprint, device, recipe, plain(side.nights)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _path(key: str) -> Path:
    return home() / "lab" / f"{key}.json"


def load(key: str) -> Run | None:
    """The stored run; None when there is none, or when its file is damaged: then it is run again."""
    path = _path(key)
    return _read(path) if path.exists() else None


@lru_cache(maxsize=24)
def _read(path: Path) -> Run | None:
    try:
        run: Run = restore(Run, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return run


def keep(key: str, run: Run) -> None:
    """Write a finished run, whole or not at all."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".writing-{os.getpid()}")
    unfinished.write_text(json.dumps(plain(run), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    unfinished.replace(path)
    _read.cache_clear()


# Running -------------------------------------------------------------------------------------------


def live(base: Base, side: Side, on_step: Callable[[SleepStep], None] | None = None) -> Run:
    """Tell a fresh brain the side's facts, night after night, and let it sleep. Raises what `on_step` raises.

    Facts without a probe get the model's own question, as they do by day. No brain but the fresh one is touched.
    """
    from core.brain import Brain
    from core.exam import take_exam
    from core.lives import hear_night, sleep_or_stay

    brain = Brain(base, "lab")
    past: list[Fact] = []
    reports: list[SleepReport] = []
    for night in side.nights:
        hear_night(brain, night)
        past += brain.facts
        reports.append(sleep_or_stay(brain, side.recipe, on_step))
    return Run(tuple(reports), tuple(take_exam(brain, past, "slept")))
