"""A brain written whole can be reopened, and a killed process leaves the last whole state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.brain import Brain
from core.errors import BadInput, BrainNotFound, NotStored
from core.memory import EMPTY
from core.models import Base
from core.recipes import Recipe
from core.sleep import sleep
from core.store import home, list_brains, open_brain, save
from core.values import Probe
from tests.lives import grown


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


def test_two_processes_do_not_undo_each_other(brain: Brain, base: Base) -> None:
    save(brain)
    here, there = open_brain("test", base), open_brain("test", base)
    here.hear("Otto owns a kite.")
    save(here)
    there.drop_day()
    with pytest.raises(NotStored, match="Another Nocturne"):
        save(there)
    assert open_brain("test", base).digest() == here.digest()
    here.hear("Mira has two dogs.")
    save(here)


def test_what_a_disk_does_to_us_is_one_sentence(brain: Brain, monkeypatch: pytest.MonkeyPatch) -> None:
    save(brain)
    (home() / "diary.sqlite").write_bytes(b"no diary at all" * 100)
    for act in (lambda: save(brain), list_brains):
        with pytest.raises(NotStored, match="make room"):
            act()
    monkeypatch.setenv("NOCTURNE_HOME", str(home() / "diary.sqlite"))
    with pytest.raises(NotStored):
        list_brains()


@pytest.mark.parametrize("name", ["../elsewhere", "My brain", "[x]", "", "a" * 41])
def test_a_name_that_no_address_can_carry_is_refused(base: Base, name: str) -> None:
    with pytest.raises(BadInput, match="small letters"):
        save(Brain(base, name))


def test_an_older_report_of_a_night_slept_again_does_not_stay_beside_it(base: Base) -> None:
    brain = grown(base, "again", nights=2)
    save(brain)
    first = replace(brain.reports[0], night_hash="another")
    brain.reports = (first, brain.reports[1])
    save(brain)
    assert [r.night_hash for r in open_brain("again", base).reports] == [r.night_hash for r in brain.reports]


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
