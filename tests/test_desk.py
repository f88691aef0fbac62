"""What a desk keeps in order: nothing is told twice, measured of another brain, or said of what is no more."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator

import pytest

from app.desk import Desk
from app.measures import LESION
from app.recorded import RecordedDesk
from app.worker import WORKER, Job
from core.errors import BadInput
from core.models import Base
from core.store import save
from tests.lives import grown


def done(job: Job) -> Job:
    assert job.ended.wait(120)
    return job


@pytest.fixture
def desk(base: Base, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk of a brain that has slept two nights and was told nothing today."""
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    save(grown(base, "desk", nights=2))
    here = Desk("desk")
    assert done(here.opening).error is None
    return here


@pytest.fixture
def busy() -> Iterator[threading.Event]:
    """The device, held until the event is set."""
    gate = threading.Event()
    WORKER.submit(Job("holding the device", "somebody", lambda job: gate.wait(60)))
    yield gate
    gate.set()


def told(desk: Desk) -> list[str]:
    return [fact.statement for fact in desk.view.facts]


def test_a_sentence_is_heard_once_a_day_however_often_it_is_told(desk: Desk, busy: threading.Event) -> None:
    pressed = [desk.hear(["Otto owns a kite.", "Otto owns a kite."]) for _ in range(2)]
    assert desk.pending() == tuple(pressed), "whoever looks at this brain sees what it is doing"
    busy.set()
    assert done(pressed[0]).error is None and isinstance(done(pressed[1]).error, BadInput)
    assert told(desk) == ["Otto owns a kite."] and desk.pending() == ()
    assert done(desk.hear(["Otto owns a kite.", "Mira has two dogs."])).error is None
    assert told(desk) == ["Otto owns a kite.", "Mira has two dogs."]


def test_what_could_not_be_heard_is_given_back_however_many_tellings_failed(desk: Desk) -> None:
    for text in ("word " * 5000, "mot " * 5000):
        assert done(desk.hear([text])).error is not None
    assert len(desk.take_unheard()) == 2 and desk.take_unheard() == ()


def test_a_changed_question_is_not_judged_by_the_answer_to_the_old_one(desk: Desk) -> None:
    done(desk.hear(["Otto owns a kite."]))
    assert desk.trials
    done(desk.clear_cache())
    done(desk.set_probe(desk.view.facts[0].number, "Who owns a kite?", "Otto"))
    assert not desk.trials, "with the cache clear it cannot be tried"
    done(desk.bring_back())
    assert desk.trials


def test_nothing_is_measured_of_another_brain_than_the_one_that_was_seen(desk: Desk, busy: threading.Event) -> None:
    seen = desk.view
    desk.dose_night("night-2", 0.0)
    late = LESION.take(desk, seen, "night-1")
    busy.set()
    assert isinstance(done(late).error, BadInput)
    assert LESION.of(desk, desk.view, "night-1") is None
    assert done(LESION.take(desk, desk.view, "night-1")).error is None


def test_nobody_is_asked_to_guess_at_a_night_that_was_taken_back(desk: Desk) -> None:
    desk.unseen, desk.guesses, desk.replaced = {"night-1", "night-2"}, {"night-2": 1}, desk.view.reports[1]
    done(desk.undo_night("night-2"))
    assert desk.unseen == {"night-1"} and not desk.guesses and desk.replaced is None


@pytest.mark.parametrize("act", [lambda d: d.hear(["Otto owns a kite."]), lambda d: d.undo_night("night-2")])
def test_how_a_sleep_ended_is_no_news_once_something_else_was_done(desk: Desk, act) -> None:
    desk.sleeping = WORKER.submit(Job("sleeping", desk.name, lambda job: None, "sleep"))
    done(desk.sleeping)
    done(act(desk))
    assert desk.sleeping is None and not desk.is_asleep


def test_the_question_whose_attention_is_shown_goes_with_its_day(desk: Desk) -> None:
    done(desk.hear(["Otto owns a kite."]))
    done(desk.ask("What does Otto own?"))
    assert desk.view.snapshot.question == "What does Otto own?"
    done(desk.drop_day())
    done(desk.hear(["Mira has two dogs."]))
    assert desk.view.snapshot.question is None


def test_a_full_disk_is_said_and_undoes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(brain) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("core.store._save", full)
        assert done(desk.hear(["Otto owns a kite."])).error is None
    assert told(desk) == ["Otto owns a kite."] and "disk is full" in desk.unsaved
    done(desk.hear(["Mira has two dogs."]))
    assert not desk.unsaved


def test_replays_do_not_wait_for_the_device_nor_for_each_other(busy: threading.Event) -> None:
    first, second = RecordedDesk("one"), RecordedDesk("two")
    done(first.opening), done(second.opening)
    night = first.sleep("full")
    assert done(second.clear_cache()).error is None and not night.is_over
    night.cancel()
    done(night)
