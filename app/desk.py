"""A desk: what the pages may show of one brain, and every act on that brain as a job for the worker.

The brain itself is touched on the worker's thread only. After each change the worker leaves a frozen `View` of it
here, and the pages draw that. Desks are kept per process by the brain's name, so two tabs with the same address
share one brain, and a reloaded page finds everything as it was; what must outlive the process is in the store.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

from app.day_acts import DayActs
from app.frozen import Exchange, Trial, View
from app.night_acts import NightActs
from app.worker import WORKER, Job, Worker
from core import lab
from core.errors import NotStored, SleepCancelled
from core.lab import Side
from core.measured import SleepReport
from core.values import Way


class Desk(DayActs, NightActs):
    """One brain's place at the device. Acts return the Job at once; the pages look at `view`, `chat` and `trials`."""

    worker: Worker = WORKER

    def __init__(self, name: str) -> None:
        self.name = name
        self.view: View | None = None
        self.chat: tuple[Exchange, ...] = ()
        self.trials: dict[int, Trial] = {}
        self.unheard: tuple[str, ...] = ()
        self.sleeping: Job | None = None  # the newest sleep; None once it is over and something was told or undone
        self._acts: deque[Job] = deque(maxlen=100)  # what tabs wait for, and some that are over
        self.measurements: dict[Hashable, Job] = {}  # what changes nothing is measured once, then looked up
        self.trying: dict[str, Job] = {}  # the newest lab run of each key (core.lab)
        self._known = {}
        self.unseen: set[str] = set()  # nights slept here whose results nobody has looked at yet
        self.guesses: dict[str, int] = {}  # by night: how many right answers somebody foretold
        self.replaced: SleepReport | None = None  # the newest night as it was before it was slept again
        self.ways: tuple[Way, ...] = ()  # the newest question put four ways,
        self.ways_night = 0  # and the night whose sentences its cache held
        self.unsaved = ""  # why the brain, as it is now, is not in the store
        self._brain: Any = None
        self._asked: str | None = None  # the newest question, whose attention the cache picture shows
        self.opening = self._submit("waking the model", self._open, kind="open")

    # What the pages ask of it ------------------------------------------------------------------

    @property
    def is_asleep(self) -> bool:
        job = self.sleeping  # the worker may take it away meanwhile
        return job is not None and not job.is_over

    def pending(self) -> tuple[Job, ...]:
        """The acts that are not over, the oldest first; sleeping, measuring and the Lab, which say so themselves, left out."""
        return tuple(job for job in tuple(self._acts) if not job.is_over)

    @property
    def fingerprint(self) -> str:
        """Which frozen model this brain grows on. Never changes once it is open, so that any thread may read it."""
        return self._brain.base.fingerprint

    def can_keep(self, number: int) -> bool:
        """False when it was tried and cannot answer about this fact even with nothing else in view."""
        trial = self.trials.get(number)
        return trial is None or trial.right_alone

    def take_unheard(self) -> tuple[str, ...]:
        """What the last `hear` could not take, once."""
        rest, self.unheard = self.unheard, ()
        return rest

    def reveal(self, night: str, guess: int | None = None) -> None:
        """Somebody looks at a night's results, with or without a guess."""
        self.unseen.discard(night)
        if guess is not None:
            self.guesses[night] = guess

    def reopen(self) -> Job:
        """Try again after the model or the brain could not be loaded."""
        self.opening = self._submit("waking the model", self._open, kind="open")
        return self.opening

    # The acts ----------------------------------------------------------------------------------

    def sleep(self, recipe: str, seed: int = 0) -> Job:
        def bedtime() -> tuple[Any, Any]:
            from core.recipes import RECIPES

            return self._brain, RECIPES[recipe].with_seed(seed)

        return self._fall_asleep(bedtime)

    def sleep_again(self, without: frozenset[str]) -> Job:
        """The last night once more: same evening, recipe and seed, less the dreams of these (normalised) questions."""

        def bedtime() -> tuple[Any, Any]:
            from core.recipes import Recipe

            return self._brain.evening_before(), Recipe(**self._brain.reports[-1].recipe)

        return self._fall_asleep(bedtime, without)

    def _fall_asleep(self, bedtime: Callable[[], tuple[Any, Any]], without: frozenset[str] = frozenset()) -> Job:
        """`bedtime` gives the brain that sleeps and its recipe. Only a whole night takes the place of what was."""
        if self.is_asleep:
            return self.sleeping

        def work(job: Job) -> SleepReport:
            from core.sleep import sleep

            before = self._brain.digest()
            sleeper, recipe = bedtime()
            try:
                report = sleep(sleeper, recipe, job.on_step, without)
            except SleepCancelled:
                job.notes = {"before": before, "after": self._brain.digest()}
                raise
            self.replaced = None
            if sleeper is not self._brain:
                self.replaced = self._brain.reports[-1]
                sleeper.rename(report.name, self._brain.nights[-1].title)
            self._brain = sleeper
            self.unseen.add(report.name)
            self.guesses.pop(report.name, None)
            self.trials, self._asked, self.change, self.ways = {}, None, None, ()
            self._publish()
            return report

        self.sleeping = self._submit("sleeping", work, kind="sleep")
        return self.sleeping

    def measure(self, key: Hashable, title: str, work: Callable[[Any, Job], Any]) -> Job:
        """Measure something of the brain that leaves it as it is; `key` names all that the result depends on.

        A measurement that is under way or done is not taken again; one that failed or was cancelled is.
        """
        job = self.measurements.get(key)
        if job is None or job.state in ("failed", "cancelled"):
            job = self.measurements[key] = self._submit(title, lambda job: work(self._brain, job), kind="measure")
        return job

    def compare(self, side: Side) -> Job:
        """Live one side of a comparison on a fresh brain; this one is not touched. What was run before is looked up."""
        key = lab.key_of(side, self.fingerprint, self._brain.base.device)

        def work(job: Job) -> lab.Run:
            run = lab.load(key)
            if run is None:
                run = lab.live(self._brain.base, side, job.on_step)
                lab.keep(key, run)
            return run

        if key not in self.trying or self.trying[key].is_over:
            self.trying[key] = self._submit(f"trying {side.name}", work, kind="lab")
        return self.trying[key]

    # On the worker's thread ----------------------------------------------------------------------

    def _submit(self, title: str, work: Callable[[Job], Any], kind: str = "call") -> Job:
        job = self.worker.submit(Job(title, self.name, work, kind))
        if kind in ("call", "nights"):
            self._acts.append(job)
        return job

    def _move_on(self) -> None:
        """How the last sleep ended is no news any more: something was told, thrown away or taken back since."""
        if not self.is_asleep:
            self.sleeping = None

    def _open(self, job: Job) -> None:
        from core.brain import Brain
        from core.store import list_brains, open_brain

        base = _base()
        # A stored brain that cannot be opened (it grew on another model) is an error, never a fresh one over the old.
        is_stored = any(card.name == self.name for card in list_brains())
        self._brain = open_brain(self.name, base) if is_stored else Brain(base, self.name)
        self._try_awake()
        self._publish(save=False)

    def _retry(self) -> None:
        """Another cache or other weights answer from now on."""
        self._try_awake()
        self._publish()

    def _try_awake(self) -> None:
        """Ask today's questions with the day in the cache: what it cannot answer now, sleep hardly keeps."""
        from core.memory import ALONE, LIVE
        from core.text import same_answer

        probes = {f.number: f.probes[0] for f in self._brain.facts if f.probes}
        if self._brain.is_set_aside or not probes:
            return
        answers = self._brain.ask_many([p.question for p in probes.values()], LIVE)
        trials = {}
        for (number, probe), answer in zip(probes.items(), answers, strict=True):
            right = same_answer(answer.text, probe.answers)
            alone = right or same_answer(self._brain.ask(probe.question, ALONE(number)).text, probe.answers)
            trials[number] = Trial(answer.text, right, alone)
        self.trials = trials

    def _publish(self, save: bool = True) -> None:
        brain, base = self._brain, self._brain.base
        self.view = View(
            model=base.name,
            parameters=base.parameters,
            device=base.device,
            n_layers=base.n_layers,
            facts=tuple(brain.facts),
            nights=tuple(brain.nights),
            reports=tuple(brain.reports),
            cache_length=brain.cache_length,
            is_set_aside=brain.is_set_aside,
            snapshot=brain.snapshot(self._asked if brain.cache_length else None),
            why_not_again=brain.why_not_again,
        )
        if save:
            self._save()

    def _save(self) -> None:
        """What was done to the brain is done, whether or not it can be written down."""
        from core.store import save

        try:
            save(self._brain)
        except NotStored as error:
            self.unsaved = f"{error} Closing Nocturne now would lose what is new; whatever you do next tries again."
        else:
            self.unsaved = ""


# The frozen base that all brains of this process share -------------------------------------------

_bases: dict[str, Any] = {}  # touched on the worker's thread only


def _base() -> Any:
    from core.models import load_base

    name = os.environ.get("NOCTURNE_MODEL", "built-in")
    if name not in _bases:
        _bases[name] = load_base(name)
        # Streamlit collects garbage after every rerun: a look at all of torch's objects, 0.4 s in which no other thread
        # runs, and a page that waits is rerun as often. What is loaded by now stays for good: nobody need look at it.
        gc.collect()
        gc.freeze()
    return _bases[name]
