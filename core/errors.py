"""Every error a person can meet, each one clear sentence that says what to do.

NocturneError
├── BadInput            a fact, question or file that cannot be used as it is
├── CacheFull           the fact does not fit; the cache is as it was
├── NothingToSleepOn    no fact was heard today
├── NightRefused        the night would have cost too much; the brain is as it was
├── ModelNotFound       no model under that name or path
├── UnsupportedModel    the model's architecture cannot be used
├── BrainNotFound       no brain of that name in the store
├── NotStored           the store cannot be used, or another process has changed the brain; it lives on in memory
└── SleepCancelled      the person pressed Cancel; the brain is as it was
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.measured import Verdict


class NocturneError(Exception):
    """Base of all errors whose text may be shown to a person as it is."""


class BadInput(NocturneError, ValueError):
    pass


class CacheFull(NocturneError):
    pass


class NothingToSleepOn(NocturneError):
    pass


class NightRefused(NocturneError):
    """`verdicts`: what the gate found at each try."""

    def __init__(self, words: str, verdicts: tuple[Verdict, ...]):
        super().__init__(words)
        self.verdicts = verdicts


class ModelNotFound(NocturneError):
    pass


class UnsupportedModel(NocturneError):
    pass


class BrainNotFound(NocturneError):
    pass


class NotStored(NocturneError):
    pass


class SleepCancelled(NocturneError):
    pass
