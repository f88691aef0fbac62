"""A brain written whole can be reopened, and a killed process leaves the last whole state."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.brain import Brain
from core.errors import BrainNotFound
from core.memory import EMPTY
from core.models import Base
from core.recipes import Recipe
from core.sleep import sleep
from core.store import home, list_brains, open_brain, save
from core.values import Probe


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path / "home"))


def test_an_unslept_day_comes_back_bit_for_bit(brain: Brain, base: Base) -> None:
    brain.set_probes(0, [Probe("Where does Mira live?", ("Oslo", "in Oslo"))])
    save(brain)
    again = open_brain("test", base)
    assert again.digest() == brain.digest()
    assert again.ask("Where does Mira live?").log_prob == brain.ask("Where does Mira live?").log_prob
    brain.forget_cache()
    save(brain)
    assert open_brain("test", base).is_set_aside


def test_nights_and_reports_come_back(brain: Brain, base: Base, quick: Recipe) -> None:
    report = sleep(brain, quick)
    brain.set_dose("night-1", 0.5)
    brain.hear("Otto owns a kite.")
    save(brain)
    again = open_brain("test", base)
    assert again.digest() == brain.digest()
    assert again.reports == (report,)
    assert again.ask("Where does Mira live?", EMPTY).log_prob == brain.ask("Where does Mira live?", EMPTY).log_prob
    card = list_brains()[0]
    assert (card.name, card.nights, card.facts) == ("test", 1, 5)


def test_a_brain_that_is_not_there(base: Base) -> None:
    with pytest.raises(BrainNotFound, match="no brain called"):
        open_brain("nobody", base)


def test_a_process_killed_while_writing_leaves_the_last_whole_state(
    brain: Brain, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was written before the diary named it is not seen; the day that the diary names is still there."""
    save(brain)
    digest = brain.digest()
    brain.hear("Otto owns a kite.")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("core.store._diary", killed)
        save(brain)
    assert open_brain("test", base).digest() == digest


def test_saving_again_leaves_one_day_behind(brain: Brain) -> None:
    for i in range(3):
        brain.hear(f"Person {i} has a kite.")
        save(brain)
    assert len(list((home() / "days").iterdir())) == 1
