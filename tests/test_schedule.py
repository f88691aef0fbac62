"""When a night ends: at its limit, or as soon as it gives the answers that it dreamt, and never abruptly."""

import pytest

from core.schedule import Schedule


def life(schedule: Schedule, recalled: float, after: int = 0) -> list[float]:
    """The rate at every step of a night that recalls so much of its dreams from a step on, and nothing before."""
    rates: list[float] = []
    while len(rates) < schedule.end:
        rates.append(schedule.rate(len(rates)))
        step = len(rates) - 1
        schedule.note(step, recalled if step >= after else 0.0)
    return rates


@pytest.mark.parametrize("saturation", [None, 0.96])
def test_a_night_that_is_never_saturated_takes_all_its_steps(saturation: float | None) -> None:
    assert len(life(Schedule(90, saturation), recalled=0.9)) == 90


def test_a_night_without_saturation_goes_on_however_much_it_recalls() -> None:
    assert len(life(Schedule(90, None), recalled=1.0)) == 90


def test_a_saturated_night_comes_to_rest_early() -> None:
    assert len(life(Schedule(90, 0.96), recalled=0.97, after=29)) == 45


@pytest.mark.parametrize("recalled", [0.5, 1.0])
def test_the_rate_is_full_at_first_then_falls_and_never_rises(recalled: float) -> None:
    rates = life(Schedule(90, 0.96), recalled, after=29)
    assert rates[29] == 1 and 0 < rates[-1] < rates[-2] < 1
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("limit", [0, 1, 2, 3])
def test_very_short_nights_end(limit: int) -> None:
    rates = life(Schedule(limit, 0.96), recalled=1.0)
    assert min(1, limit) <= len(rates) <= limit and all(rate > 0 for rate in rates)
