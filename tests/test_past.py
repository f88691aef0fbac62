"""Many nights: switching, undoing, contradicting, and what a night costs when there are many. The real built-in model."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import torch

from core.brain import Brain
from core.dreamer import Dreamer
from core.errors import BadInput, SleepCancelled
from core.memory import BLANK, EMPTY
from core.models import Base
from core.nights import fold, private_tree
from core.past import ask_past, try_dose, try_undo
from core.recipes import Recipe
from core.rehearsal import rehearse
from core.retention import morning_rows, retention
from core.sleep import sleep
from core.store import home, open_brain, save
from core.text import normalise
from core.values import Probe
from tests.lives import TOLD, grown, random_night

QUESTION = TOLD[0][1]


@pytest.fixture(scope="module")
def slept(base: Base) -> Brain:
    """Three nights; copied before it is changed."""
    return grown(base)


@pytest.fixture
def life(slept: Brain) -> Brain:
    brain = Brain(slept.base, slept.name)
    brain.restore(slept.nights, slept.reports, None, slept.heard_ever, slept.slept_ever)
    return brain


def log_prob(brain: Brain) -> float:
    return brain.ask(QUESTION, EMPTY).log_prob


def test_every_sleep_asks_every_older_night(base: Base, quick: Recipe) -> None:
    brain = Brain(base)
    for statement, question, answer in TOLD[:2]:
        brain.hear(statement, [Probe(question, (answer,))])
        sleep(brain, quick)
    assert [[row.night for row in report.past] for report in brain.reports] == [[], [1]]
    assert [[rate.n for rate in row] for row in retention(brain.reports)] == [[1], [1, 1]]
    assert all(row.cache_length == 0 and row.condition == "slept" for row in brain.reports[1].past)
    assert {(r.night, r.answer) for r in morning_rows(brain.reports[1])} == {
        (r.night, r.answer) for r in ask_past(brain)
    }


def test_trying_changes_nothing_and_measures_what_the_change_then_does(life: Brain) -> None:
    before = life.digest()
    exam = try_dose(life, "night-2", 0.0)
    assert life.digest() == before
    assert (exam.number, exam.dose_before, exam.dose_after) == (2, 1.0, 0.0)
    assert exam.before == ask_past(life)
    life.set_dose("night-2", 0.0)
    assert exam.after == ask_past(life)
    life.set_dose("night-2", 1.0)
    assert life.digest() == before


def test_undoing_is_exact_and_never_reuses_a_number(life: Brain) -> None:
    exam = try_undo(life, "night-2")
    life.set_dose("night-2", 0.0)
    off = log_prob(life)
    life.undo("night-2")
    assert log_prob(life) == off
    assert [n.name for n in life.nights] == ["night-1", "night-3"] and [r.night for r in life.reports] == [1, 3]
    assert life.next_night == 4 and life.hear("Otto owns a kite.").day == 4
    assert [r for r in exam.after if r.night != 2] == list(ask_past(life))
    assert {r.night for r in exam.after} == {1, 2, 3}  # what became of its own facts is told too
    for name in ("night-3", "night-1"):
        life.undo(name)
    assert log_prob(life) == life.ask(QUESTION, BLANK).log_prob
    with pytest.raises(BadInput, match="no night called"):
        life.undo("night-1")


def test_nothing_is_asked_twice_and_a_measurement_can_be_stopped(life: Brain) -> None:
    known: dict = {}
    ticks: list[tuple[int, int]] = []
    try_dose(life, "night-1", 0.0, lambda *at: ticks.append(at), known)
    assert ticks == [(n, 6) for n in range(1, 7)]
    life.set_dose("night-1", 0.0)
    ticks.clear()
    back = try_dose(life, "night-1", 1.0, lambda *at: ticks.append(at), known)
    assert ticks == [] and back.after and back.dose_before == 0.0

    def stop(done: int, total: int) -> None:
        raise SleepCancelled("stopped")

    before = life.digest()
    with pytest.raises(SleepCancelled):
        try_undo(life, "night-2", stop)
    assert life.digest() == before


def test_a_title_changes_no_weight_and_no_path(life: Brain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    before = life.digest()
    life.rename("night-1", " ../../<b>the  first</b> ")
    assert life.digest() == before and life.nights[0].title == "../../<b>the first</b>"
    with pytest.raises(BadInput, match="40 are enough"):
        life.rename("night-1", "x" * 41)
    save(life)
    again = open_brain("life", life.base)
    assert [n.title for n in again.nights] == ["../../<b>the first</b>", "", ""]
    life.rename("night-1", "")
    assert life.nights[0].title == ""


def test_an_undone_night_is_gone_from_the_disk_too(
    life: Brain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    save(life)
    life.undo("night-3")
    save(life)
    again = open_brain("life", life.base)
    assert again.digest() == life.digest() and again.next_night == 4
    assert [r.night for r in again.reports] == [1, 2]
    assert len(list((home() / "nights" / "life").iterdir())) == 2


def test_a_night_can_be_taken_away_as_one_file(life: Brain) -> None:
    from core.nights import export_zip

    with zipfile.ZipFile(BytesIO(export_zip(life.base, life.nights[1]))) as archive:
        names = {Path(name).name for name in archive.namelist()}
    assert {"adapter_config.json", "adapter_model.safetensors"} <= names


def test_a_later_fact_wins_because_the_earlier_one_is_not_rehearsed(base: Base, quick: Recipe) -> None:
    """The plumbing: what the new day's dreams ask is never rehearsed with the old answer, and the lessons' teacher is the
    brain with the new day in its cache. Whether this model then says `green` is a measurement (`contradictions`)."""
    brain = grown(base, nights=2)  # on its second day it was told that the lighthouse is red
    brain.hear("The lighthouse is green.")
    dreamer = Dreamer(base, brain.model, replace(quick, dreams_per_fact=24))
    (said,) = dreamer.dream(brain.day)
    dreamt = dreamer.select(said)
    aside = {normalise(said.question) for said in dreamt.aside}
    _, rehearsed = rehearse(dreamer, dreamt.kept, aside, 2)
    asked = aside | {normalise(said.question) for said in dreamt.kept if said.question}
    assert asked and not asked & {normalise(d.question) for d in rehearsed}
    assert all(said.view.cache is brain.day.cache for said in dreamt.kept)


def test_an_answer_costs_the_same_after_fifty_nights(base: Base) -> None:
    """Nights are folded: as many tensors of the same size are read for an answer, however many nights there are."""
    trees = {count: private_tree(base) for count in (1, 50)}
    nights = tuple(replace(random_night(base, n, rank=8), dose=(0.0, 0.5, 1.0)[n % 3]) for n in range(50))
    for count, tree in trees.items():
        fold(base, tree, nights[-count:])
    shapes = {c: [(n, tuple(p.shape)) for n, p in tree.named_parameters()] for c, tree in trees.items()}
    assert shapes[1] == shapes[50]
    assert len(list(trees[50].modules())) == len(list(base.model.modules()))
    for matrix in base.mlp:
        expected = base.weight(matrix) + sum(night.dose * night.delta(matrix) for night in nights)
        torch.testing.assert_close(trees[50].get_submodule(matrix.module).weight.data, expected, rtol=1e-4, atol=1e-5)
