"""A desk that replays the recorded run: no model, no torch. It can repeat what was done that day, and nothing else.

Every act of a desk goes through `_submit`; here that refuses with one sentence, and the few acts that the recording
holds are answered from it. What is shown is what was measured then: no answer, loss or picture is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np

from app.desk import Desk
from app.frozen import Exchange, Trial, View, Where
from app.measures import RECOLLECTION
from app.worker import Job, Worker
from core.errors import BadInput
from core.measured import SleepReport
from core.recording import recording
from core.text import normalise
from core.values import Answer, Receipt

SPEED = 8.0  # the night is replayed this many times as fast as it was
REFUSED = (
    "This is a recording: it can only repeat what was done that day. With the model installed, you can do this too."
)
UNASKED = "This is a recording, and this was not asked that day; choose one of the questions offered below the box."


@dataclass(frozen=True)
class RecordedNight:
    """What the pages may ask of a night, without its weights."""

    name: str
    hash: str
    parameters: int
    bytes: int
    title: str = ""
    dose: float = 1.0
    layers_off: frozenset[int] = frozenset()


class RecordedDesk(Desk):
    """The recorded brain: its facts are told, its night lies ahead."""

    is_aside = False
    has_slept = False

    def __init__(self, name: str) -> None:
        self.worker = Worker()  # no device is needed: one replay must not hold up another
        super().__init__(name)

    def ask(self, question: str, where: Where = "live") -> Job:
        condition = "slept" if self.has_slept else "amnesia" if self.is_aside or where == "empty" else "awake"
        rows = [r for r in self._recording.report.exam if r.condition == condition]
        row = next((r for r in rows if normalise(r.question) == normalise(question)), None)
        if row is None:
            raise BadInput(UNASKED)
        names = (self._recording.report.name,) if self.has_slept else ()
        receipt = Receipt(row.prompt_tokens, row.cache_length, names, row.prompt_ids)
        # Recorded was the log-probability of the expected answer; it is that of the given one where they agree.
        own = row.log_prob if row.answer == row.expected.split("|")[0] else nan
        answer = Answer(row.question, row.answer, own, receipt, 0.0)
        return self._replay("answering a question", lambda job: self._said(answer, where))

    def clear_cache(self) -> Job:
        return self._replay("clearing the cache", lambda job: self._set_aside(True))

    def bring_back(self) -> Job:
        return self._replay("bringing the day back", lambda job: self._set_aside(False))

    def sleep(self, recipe: str, seed: int = 0) -> Job:
        if self.is_asleep:
            return self.sleeping
        report = self._recording.report
        if self.has_slept or (recipe, seed) != (report.recipe["name"], report.seed):
            raise BadInput(
                f"This is a recording of one night with the recipe {report.recipe['name']} and seed {report.seed}."
            )
        self.sleeping = self._replay("sleeping", self._dream_again, kind="sleep")
        return self.sleeping

    def measure(self, key: Hashable, title: str, work: Callable[[Any, Job], Any]) -> Job:
        if not (isinstance(key, tuple) and key[0] == RECOLLECTION.name):
            raise BadInput(REFUSED)
        if key not in self.measurements:
            found = self._recording.recollections
            self.measurements[key] = self._replay(title, lambda job: found, kind="measure")
        return self.measurements[key]

    # On the worker's thread ----------------------------------------------------------------------

    def _submit(self, title: str, work: Any, kind: str = "call") -> Job:
        if kind == "open":
            return super()._submit(title, work, kind)
        raise BadInput(REFUSED)

    def _replay(self, title: str, work: Any, kind: str = "call") -> Job:
        return super()._submit(title, work, kind)

    def _open(self, job: Job) -> None:
        self._recording = recording()
        self._show()

    def _said(self, answer: Answer, where: Where) -> Answer:
        seen = self.view.snapshot
        is_recorded = where == "live" and normalise(seen.question or "") == normalise(answer.question)
        self.chat += (Exchange(answer, where, int(self.has_slept), seen.trace if is_recorded else None),)
        return answer

    def _set_aside(self, is_aside: bool) -> None:
        self.is_aside = is_aside
        self._show()

    def _dream_again(self, job: Job) -> SleepReport:
        clock = 0.0
        for step in self._recording.report.steps:
            job.cancelling.wait((step.seconds - clock) / SPEED)
            clock = step.seconds
            job.on_step(step)
        self.has_slept, self.is_aside = True, False
        self.unseen.add(self._recording.report.name)
        self._show()
        return self._recording.report

    def _show(self) -> None:
        report, snapshot = self._recording.report, self._recording.snapshot
        if self.has_slept or self.is_aside:
            none = np.zeros((*snapshot.key_norm.shape[:2], 0), dtype=np.float32)
            snapshot = replace(
                snapshot,
                **dict(tokens=(), fact_of_token=np.zeros(0, np.int64), key_norm=none, value_norm=none, bytes=0),
                **dict(attention_received=None, question=None, answer_attention=None),
            )
        night = RecordedNight(report.name, report.night_hash, report.night_parameters, report.night_bytes)
        self.trials = {} if self.has_slept else _trials(report)
        self.view = View(
            model=report.model,
            parameters=self._recording.parameters,
            device=report.device,
            n_layers=snapshot.key_norm.shape[0],
            facts=() if self.has_slept else report.facts,
            nights=(night,) if self.has_slept else (),
            reports=(report,) if self.has_slept else (),
            cache_length=len(snapshot.tokens),
            is_set_aside=self.is_aside,
            snapshot=snapshot,
            why_not_again=REFUSED,
        )


def _trials(report: SleepReport) -> dict[int, Trial]:
    """How each fact's first question was answered awake, and with that fact alone in the cache."""
    found = {}
    for fact in report.facts:
        rows = [r for r in report.exam if r.fact == fact.number and r.question == fact.probes[0].question]
        awake, alone = (next(r for r in rows if r.condition == c) for c in ("awake", "alone"))
        found[fact.number] = Trial(awake.answer, awake.right, awake.right or alone.right)
    return found
