"""Errands of one browser tab: the jobs that it handed in and waits for, and what they complained about, by place.

Knows no Streamlit: `app.session` keeps one `Errands` for each tab and brain.
"""

from __future__ import annotations

from collections.abc import Callable

from app.worker import Job
from core.errors import NocturneError

PATIENCE = 0.15  # seconds that a click waits for its job: beyond, the page is drawn and says what is being done


class Errands:
    """Hand a job in, wait a moment, remember it when it takes longer. A place is the part of a page that asked for it."""

    def __init__(self) -> None:
        self._waited_for: list[tuple[Job, str]] = []
        self._said: dict[str, str] = {}

    def act(self, place: str, make: Callable[[], Job]) -> Job | None:
        """Do something to the brain on behalf of a widget at `place`; whatever goes wrong is said there, in one sentence."""
        self.hush(place)
        try:
            job = make()
        except NocturneError as error:
            self.say(place, str(error))
            return None
        job.ended.wait(PATIENCE)
        self._waited_for.append((job, place))
        self.settle()
        return job

    def settle(self) -> None:
        """Take the jobs that are over off the list of those waited for, and keep what they complained about."""
        still = []
        for job, place in self._waited_for:
            if not job.is_over:
                still.append((job, place))
            elif job.error is not None:
                self.say(place, sentence(job.error))
        self._waited_for = still

    def say(self, place: str, text: str) -> None:
        """Let `text` stand there until the next act at this place."""
        self._said[place] = text

    def hush(self, place: str) -> None:
        """Nothing was said there."""
        self._said.pop(place, None)

    def said(self, place: str) -> str | None:
        """What stands there; None: nothing."""
        return self._said.get(place)


def sentence(error: Exception) -> str:
    """What a person may read of an error: ours as they are, a bug without its entrails."""
    if isinstance(error, NocturneError):
        return str(error)
    kind = type(error).__name__
    return f"Something broke inside the engine ({kind}). Nothing was lost; the terminal has the details."
