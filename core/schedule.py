"""When a night has learned enough. It trains at the full rate until it gives the answers that it dreamt, then comes to rest.

What it gives is counted on the very dreams of each training step, before they teach it anything: that costs nothing, and
no probe of the exam has a part in it. Easy facts make a short night and hard ones a longer one.
"""

from __future__ import annotations

REST = 0.5  # how much longer the rate then falls to nothing, as a share of the steps so far


class Schedule:
    """The learning rate of a night, step by step, and its end.

    `limit`: the most steps it may take. `saturation`: the share of its dreams, each as it was answered last, at which it
    comes to rest; None: it takes all its steps. Either way the rate falls over the last third.
    """

    def __init__(self, limit: int, saturation: float | None):
        self.end = limit
        self._rests_from = int(limit / (1 + REST))
        self._saturation = saturation

    def rate(self, step: int) -> float:
        """Share (0 to 1) of the recipe's learning rate at `step`, which counts from 0."""
        return min(1.0, (self.end - step) / max(1, self.end - self._rests_from))

    def note(self, step: int, recalled: float) -> None:
        """Tell it the share (0 to 1) of all dreams that are recalled as of `step`."""
        if self._saturation is not None and recalled >= self._saturation and step < self._rests_from:
            self._rests_from = step + 1
            self.end = self._rests_from + max(1, round(REST * self._rests_from))
