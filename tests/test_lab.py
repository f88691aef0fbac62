"""The lab: what a run depends on names it, a stored run is not run again, and nobody else's brain is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import lab
from core.errors import SleepCancelled
from core.facts import Heard
from core.lab import COMPARISONS, Run, Side
from core.values import Probe
from tests.chart_values import make_runs

FACTS = (Heard("Mira lives in Oslo."), Heard("Tovan owns a boat.", (Probe("What does Tovan own?", ("a boat",)),)))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", COMPARISONS)
def test_all_sides_share_facts_and_seed_and_differ_in_one_thing(name):
    sides = COMPARISONS[name].sides(FACTS, 5)
    assert len(sides) >= 2 and len({side.name for side in sides}) == len(sides)
    assert {side.recipe.seed for side in sides} == {5}
    assert len({lab.key_of(side, "model", "cpu") for side in sides}) == len(sides)
    told = [sorted(heard.statement for night in side.nights for heard in night) for side in sides]
    assert all(one == told[0] for one in told)


def test_a_run_is_named_by_all_that_it_depends_on():
    side = COMPARISONS["dreaming"].sides(FACTS, 0)[0]
    other = [
        replace(side, recipe=side.recipe.with_seed(1)),
        replace(side, recipe=replace(side.recipe, steps=1)),
        replace(side, nights=(FACTS[:1],)),
        replace(side, nights=((FACTS[0],), (FACTS[1],))),
        replace(side, nights=((FACTS[0], replace(FACTS[1], probes=())),)),
    ]
    keys = [
        lab.key_of(side, "model", "cpu"),
        lab.key_of(side, "other model", "cpu"),
        lab.key_of(side, "model", "cuda"),
        *(lab.key_of(one, "model", "cpu") for one in other),
    ]
    assert len(set(keys)) == len(keys)
    # Not by its words: the side `full` of two comparisons is one run.
    renamed = replace(side, name="x", recipe=replace(side.recipe, summary="y"))
    assert lab.key_of(renamed, "model", "cpu") == keys[0]


def test_a_stored_run_comes_back_as_it_was(home):
    _, run = make_runs()[0]
    assert lab.load("abc") is None
    lab.keep("abc", run)
    assert lab.load("abc") == run
    assert [path.name for path in (home / "lab").iterdir()] == ["abc.json"]


def test_a_damaged_file_is_as_good_as_none(home):
    lab.keep("abc", make_runs()[0][1])
    path = home / "lab" / "abc.json"
    path.write_text(path.read_text()[:500])
    lab._read.cache_clear()
    assert lab.load("abc") is None


def test_one_life_of_two_nights(base, quick):
    """Every fact of both nights is asked at its end, from an empty cache."""
    side = Side("quick", quick, (FACTS[:1], FACTS[1:]))
    ticks = []
    run = lab.live(base, side, ticks.append)
    assert [report.night for report in run.reports] == [1, 2]
    assert run.steps == tuple(ticks)
    assert {row.statement for row in run.final} <= {heard.statement for heard in FACTS}
    assert any(row.question == "What does Tovan own?" for row in run.final)
    assert all(row.cache_length == 0 and row.condition == "slept" for row in run.final)


def test_a_cancelled_run_keeps_nothing(base, quick, home):
    def stop(step):
        raise SleepCancelled("The sleep was cancelled.")

    with pytest.raises(SleepCancelled):
        lab.live(base, Side("quick", quick, (FACTS,)), stop)
    assert not (home / "lab").exists()


def test_recall_pools_the_evenings_and_takes_the_last_morning():
    _, run = make_runs()[0]
    twice = Run((run.reports[0], run.reports[0]), run.final)
    assert twice.recall("amnesia").n == 2 * run.recall("amnesia").n
    assert twice.recall("slept") == run.recall("slept")
