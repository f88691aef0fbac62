"""What a person may do to a night of a brain: dose it, take it back, name it, take it away. A part of `app.desk`.

Later nights were learned on top of earlier ones, so every night is asked before and after a change; what was measured
once is looked up. A cancelled measurement changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.worker import Job
from core.measured import ExamRow, SleepReport
from core.retention import NightsExam


class NightActs:
    """The acts of a `Desk` on nights; like all its acts they return the Job at once."""

    change: NightsExam | None = None  # the newest switched, or nearly undone, night
    view: Any
    unseen: set[str]
    guesses: dict[str, int]
    replaced: SleepReport | None
    _brain: Any
    _move_on: Callable[[], None]
    _publish: Callable[..., None]
    _retry: Callable[[], None]
    _submit: Callable[..., Job]
    _known: dict[str, tuple[ExamRow, ...]]  # what all nights answered, by the weights that were asked

    def dose_night(self, name: str, dose: float) -> Job:
        def work(job: Job) -> None:
            from core.past import try_dose

            self.change = try_dose(self._brain, name, dose, job.on_progress, self._known)
            self._brain.set_dose(name, dose)
            self._retry()

        return self._submit("asking every night before and after", work, kind="nights")

    def try_undo_night(self, name: str) -> Job:
        def work(job: Job) -> None:
            from core.past import try_undo

            self.change = try_undo(self._brain, name, job.on_progress, self._known)

        return self._submit("asking every night with and without this one", work, kind="nights")

    def undo_night(self, name: str) -> Job:
        def work(job: Job) -> None:
            self._brain.undo(name)
            self._move_on()
            self._forget(name)
            self._retry()

        return self._submit("taking a night back", work)

    def _forget(self, name: str) -> None:
        """Nobody need guess at a night that is no more: the recorded night, which is shown then, bears the name of the first."""
        self.unseen.discard(name)
        self.guesses.pop(name, None)
        if self.replaced is not None and self.replaced.name == name:
            self.replaced = None

    def rename_night(self, name: str, title: str) -> Job:
        def work(job: Job) -> None:
            self._brain.rename(name, title)
            self._publish()

        return self._submit("renaming a night", work)

    def drop_change(self) -> None:
        self.change = None

    def adapter(self, name: str) -> bytes:
        """A night as a zipped PEFT adapter. Reads frozen things only, so it may be called from any thread."""
        from core.nights import export_zip

        return export_zip(self._brain.base, next(n for n in self.view.nights if n.name == name))
