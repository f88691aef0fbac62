"""What can be measured about a night on demand: on the worker, once, and then only looked up on the desk.

None of these changes the brain. The engine is imported when a measurement runs, never for a first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from app.desk import Desk
from app.frozen import View
from app.worker import Job
from core.errors import BadInput
from core.findings import Attribution, Cosines, DoseCurve, LesionMap, Neuron, Recollection


@dataclass(frozen=True)
class Measure:
    """One kind of measurement. `work` gets the brain, the job and what the measurement is about."""

    name: str
    title: str  # for whoever waits
    work: Callable[..., Any]

    def key(self, view: View, *about: Hashable) -> Hashable:
        """All that the result depends on: what it is about, and every night in effect with its dose."""
        hashes = {report.name: report.night_hash for report in view.reports}
        nights = tuple((n.name, hashes.get(n.name), n.dose, n.layers_off) for n in view.nights)
        return (self.name, about, nights)

    def of(self, desk: Desk, view: View, *about: Hashable) -> Job | None:
        """The job that measured it, or is about to; None: nobody asked yet."""
        return desk.measurements.get(self.key(view, *about))

    def take(self, desk: Desk, view: View, *about: Hashable) -> Job:
        """Measure it, unless that was done. The job fails if the brain is another one by then than in `view`."""
        key = self.key(view, *about)

        def work(brain: Any, job: Job) -> Any:
            if self.key(desk.view, *about) != key:
                raise BadInput("The brain has changed since you asked for this; measure again.")
            return self.work(brain, job, *about)

        return desk.measure(key, self.title, work)


def _anatomy(brain: Any, job: Job, night: str) -> tuple[tuple[Neuron, ...], Cosines]:
    from core.anatomy import cosines, neurons

    return neurons(brain, night), cosines(brain.base, brain.nights)


def _dose(brain: Any, job: Job, night: str) -> DoseCurve:
    from core.interventions import dose_curve

    return dose_curve(brain, night, on_progress=job.on_progress)


def _lesion(brain: Any, job: Job, night: str) -> LesionMap:
    from core.interventions import lesion_map

    return lesion_map(brain, night, on_progress=job.on_progress)


def _attribution(brain: Any, job: Job, night: str, fact: int) -> Attribution:
    from core.attribution import attribute

    return attribute(brain, night, fact, on_progress=job.on_progress)


def _recollection(brain: Any, job: Job, night: int) -> tuple[Recollection, ...]:
    from core.older_nights import recollect

    return recollect(brain, night)


ANATOMY = Measure("anatomy", "looking inside the night", _anatomy)
DOSE = Measure("dose", "measuring the dose curve", _dose)
LESION = Measure("lesion", "switching layers off", _lesion)
ATTRIBUTION = Measure("attribution", "attributing an answer", _attribution)
RECOLLECTION = Measure("recollection", "asking it what it dreamt that night", _recollection)
