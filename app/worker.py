"""One queue in front of one device, and one thread that works it off.

Everything that runs the model is a Job: loading it, hearing, asking, sleeping. The script threads of Streamlit only
hand jobs in and look at them; they never run the model and never wait for long. Nothing here calls `st.*`, and
nothing here knows what a brain is.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import NocturneError, SleepCancelled
from core.values import Dream, SleepStep

log = logging.getLogger(__name__)
State = Literal["queued", "running", "done", "failed", "cancelled"]
_numbers = itertools.count(1)


@dataclass(eq=False)
class Job:
    """A piece of work for the device. Only its worker writes to it, apart from `cancel`."""

    title: str  # in plain words, for whoever waits: "reading 5 facts"
    owner: str  # the brain's name
    work: Callable[[Job], Any]
    kind: str = "call"
    id: int = field(default_factory=lambda: next(_numbers))
    state: State = "queued"
    progress: tuple[int, int] | None = None
    steps: list[SleepStep] = field(default_factory=list)
    result: Any = None
    error: Exception | None = None
    notes: dict[str, str] = field(default_factory=dict)
    cancelling: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    worker: Worker | None = None  # that it was handed to

    def cancel(self) -> None:
        """Ask the job to stop. A queued job is over at once; a sleeping one stops at its next step."""
        self.cancelling.set()
        if self.worker is not None:
            self.worker.withdraw(self)

    def on_step(self, step: SleepStep) -> None:
        """The `on_step` of a sleep: keep the step for the page, and stop if someone pressed Cancel."""
        self.steps.append(step)
        if self.cancelling.is_set():
            raise SleepCancelled("The sleep was cancelled.")

    def on_progress(self, done: int, total: int) -> None:
        """The `on_progress` of a measurement: how far it is, and stop if someone pressed Cancel."""
        self.progress = (done, total)
        if self.cancelling.is_set():
            raise SleepCancelled("The measurement was cancelled.")

    @property
    def is_over(self) -> bool:
        return self.ended.is_set()

    @property
    def dreams(self) -> tuple[Dream, ...]:
        return tuple(d for s in list(self.steps) for d in s.dreams)


class Worker:
    """Runs jobs one after another, first come, first served; but what is only tried in the Lab lets all others go first."""

    def __init__(self) -> None:
        self._queue: deque[Job] = deque()
        self._wake = threading.Condition()
        self._running: Job | None = None
        self._thread: threading.Thread | None = None

    def submit(self, job: Job) -> Job:
        job.worker = self
        with self._wake:
            behind = sum(other.kind == "lab" for other in self._queue) if job.kind != "lab" else 0
            self._queue.insert(len(self._queue) - behind, job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="nocturne-worker", daemon=True)
                self._thread.start()
            self._wake.notify()
        return job

    def withdraw(self, job: Job) -> None:
        """Take a job that waits out of the queue; one that runs goes on."""
        with self._wake:
            if job in self._queue:
                self._queue.remove(job)
                job.state = "cancelled"
                job.ended.set()

    @property
    def running(self) -> Job | None:
        return self._running

    def position(self, job: Job) -> int:
        """How many jobs are ahead of this one, the running one included; 0 when it runs or is over."""
        with self._wake:
            if job not in self._queue:
                return 0
            return self._queue.index(job) + (self._running is not None)

    def _serve(self) -> None:
        while True:
            with self._wake:
                while not self._queue:
                    self._wake.wait()
                job = self._running = self._queue.popleft()
            try:
                self._do(job)
            finally:
                self._running = None
                job.ended.set()

    def _do(self, job: Job) -> None:
        if job.cancelling.is_set():
            job.state = "cancelled"
            return
        job.state = "running"
        try:
            job.result = job.work(job)
            job.state = "done"
        except SleepCancelled:
            job.state = "cancelled"
        except NocturneError as error:  # a sentence for the person; the page shows it
            job.error, job.state = error, "failed"
        except Exception as error:  # a bug: keep the thread alive, log the trace, tell the page
            log.exception("job %s (%s) failed", job.id, job.title)
            job.error, job.state = error, "failed"


WORKER = Worker()
