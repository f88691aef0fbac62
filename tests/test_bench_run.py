"""The bench at work: whole, side by side, interrupted, looked up, and nothing measured twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core import drift, exam
from core.bench.apart import AT_MOST, lived_side_by_side, lives_at_once, longest_first, threads_each
from core.bench.cells import Cell, lived
from core.bench.methods import METHODS
from core.bench.run import PARTS, Bench, Scale
from core.bench.tuning import Grid
from core.errors import CacheFull
from core.models import Base
from core.nursery.world import deep_past
from core.recipes import Recipe

NAMES = list(METHODS)


def tiny(recipe: Recipe) -> Recipe:
    return replace(
        recipe,
        dreams_per_fact=3,
        rehearsals=min(4, recipe.rehearsals),
        older_dreams=min(4, recipe.older_dreams),
        lookalikes_per_fact=min(1, recipe.lookalikes_per_fact),
        namesakes_per_fact=min(1, recipe.namesakes_per_fact),
        pages=min(1, recipe.pages),
        steps=5 if recipe.steps else 0,
        steps_per_fact=0.0,
        gate_dreams=4,
    )


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Scale:
    """Everything that the bench does, on two facts, with a few bystanders to ask."""
    past, documents = deep_past()[:6], drift.held_out_documents()[:2]
    monkeypatch.setattr(exam, "NEIGHBOURS", 4)
    monkeypatch.setattr(exam, "deep_past", lambda: past)
    monkeypatch.setattr(drift, "held_out_documents", lambda: documents)
    for name, method in METHODS.items():
        monkeypatch.setitem(METHODS, name, replace(method, recipe=tiny(method.recipe)))
    return Scale(1, 1, 2, (2, 1), (2, 1), (2, 3), (3, 1), Grid((1e-2,), (1.0,), 1, 1))


def measure_all(run: Bench, others: list[str]) -> None:
    """One night of every method, and the other parts with one method of each sort."""
    run.measure(["one night"], NAMES)
    run.measure(others, ["full", "trainer_statements", "retrieval"])


def test_one_night_is_lived_on_every_fact_set_and_the_seeds_take_turns(base: Base, tmp_path: Path) -> None:
    run = Bench(base, tmp_path, Scale(fact_sets=4, seeds=3))
    cells = list(run._one_nights([METHODS["full"], METHODS["none"]]))
    assert [(cell.fact_set, cell.seed) for cell in cells[::2]] == [(0, 0), (1, 1), (2, 2), (3, 0)]
    assert [cell.method.name for cell in cells] == ["full", "none"] * 4


def test_the_whole_bench_writes_what_it_says_and_measures_nothing_twice(
    base: Base, short: Scale, tmp_path: Path
) -> None:
    said: list[str] = []
    run = Bench(base, tmp_path, short, lambda piece, detail: said.append(piece) if not detail else None)
    others = [part for part in PARTS if part not in {"one night", "ablations"}]
    measure_all(run, others)
    run.write()
    assert len(said) <= run.pieces(["one night", *others], NAMES)
    rows = json.loads((tmp_path / "bench.json").read_text())
    first = {row["method"]: row for row in rows if row["nights"] == 1 and row["n_facts"] == 2}
    assert sorted(first) == sorted(NAMES)
    assert all({"seed", "recall", "answered", "deep_past", "drift_nats", "bits_per_parameter"} <= set(r) for r in rows)
    assert first["none"]["drift_nats"] == 0 and first["retrieval"]["drift_nats"] is None
    assert first["retrieval"]["tokens_per_question"] > first["none"]["tokens_per_question"]
    assert 0 < first["full"]["share_of_peak"] < 1 and first["none"]["share_of_peak"] is None
    assert first["trainer_qa"]["tokens_trained"] > 0 and first["none"]["night_parameters"] > 0
    assert any(row["nights"] == 2 and row["learned"] is not None for row in rows)
    table = json.loads((tmp_path / "bench-table.json").read_text())
    assert table["fiftieth_night"][0]["seconds"]["first"] > 0 and "capacity" in table
    assert set(table["tuning"]) == {"trainer_statements", "trainer_qa"}
    assert "| trainer_qa |" in (tmp_path / "bench.md").read_text()

    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "cells").iterdir()}
    again = Bench(base, tmp_path, short)
    measure_all(again, others)
    assert again.rows == run.rows
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cells").iterdir()} == written

    looked_up = Bench(base, tmp_path, short, lookup=True)
    looked_up.measure(PARTS, NAMES)  # ablations were not measured, nor most methods over several nights
    assert [row for row in run.rows if row not in looked_up.rows] == [] and looked_up.extra == run.extra
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cells").iterdir()} == written


def test_looking_up_where_nothing_was_measured_finds_nothing_and_measures_nothing(base: Base, tmp_path: Path) -> None:
    run = Bench(base, tmp_path, Scale(), lookup=True)
    run.measure(PARTS, NAMES)
    assert run.rows == [] and run.extra == {} and not list(tmp_path.iterdir())
    assert run.write().exists()


@pytest.mark.whole_exam  # a process of its own knows of no shorter one
def test_lives_side_by_side_are_the_lives_one_after_the_other_and_a_shared_one_is_lived_once(
    base: Base, tmp_path: Path
) -> None:
    none, with_trainer = (
        replace(METHODS[name], recipe=tiny(METHODS[name].recipe)) for name in ("none", "trainer_statements")
    )
    cells = [Cell(none, 0, 0, 1, 1), Cell(with_trainer, 0, 0, 1, 1), Cell(none, 0, 0, 1, 1)]
    said: list[str] = []
    run = Bench(base, tmp_path / "beside", Scale(), lambda piece, _: said.append(piece), jobs=2)
    beside = list(run._lived(cells))
    assert [cell for cell, _ in beside] == cells and beside[0][1] is beside[2][1]
    assert len(list((tmp_path / "beside" / "cells").iterdir())) == 2
    assert [piece.split(",")[0] for piece in said] == ["none", "trainer_statements", "none"]
    for cell, life in beside[:2]:
        assert life["threads"] == threads_each(2)
        alone = lived(base, cell, tmp_path / "alone")
        assert life["asked"] == alone["asked"] and life["total"]["drift_nats"] == alone["total"]["drift_nats"]


def test_the_longest_lives_of_a_set_begin_first() -> None:
    cells = [Cell(METHODS[name], 0, number, 1, 3) for number in (0, 1) for name in NAMES]
    begun = [(cell.fact_set, cell.method.name) for cell in longest_first(cells)]
    assert [number for number, _ in begun] == sorted(cell.fact_set for cell in cells)
    assert begun[0] == (0, "trainer_qa") and {name for _, name in begun[1:5]} == {"full", "placebo", "replay", "seed"}
    assert {name for _, name in begun[5:7]} == {"cram", "trainer_statements"}


def test_a_machine_is_given_no_more_lives_than_it_has_threads_and_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for threads, gigabytes, expected in ((1, 64, 1), (2, 24, 2), (16, 8, 1), (16, 16, 3), (64, 512, AT_MOST)):
        monkeypatch.setattr("torch.get_num_threads", lambda threads=threads: threads)
        monkeypatch.setattr("os.sysconf", {"SC_PAGE_SIZE": 2**30, "SC_PHYS_PAGES": gigabytes}.__getitem__)
        assert lives_at_once("cpu") == expected and threads_each(expected) * expected <= threads
    assert lives_at_once("cuda") == 1


def test_what_a_life_raises_comes_out_of_its_process(base: Base, tmp_path: Path) -> None:
    too_many = Cell(METHODS["none"], 0, 0, 1, 400)
    with pytest.raises(CacheFull):
        list(lived_side_by_side(base, [too_many], tmp_path, jobs=1))
    assert not list(tmp_path.rglob("*.json"))


def test_a_night_with_the_trainer_is_repeatable_and_an_interrupted_one_leaves_no_cell(
    base: Base, short: Scale, tmp_path: Path
) -> None:
    cell = Cell(METHODS["trainer_statements"], 0, 0, 1, 2)

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lived(base, cell, tmp_path, stop)
    assert not list(tmp_path.rglob("*.json"))
    one, other = (lived(base, cell, tmp_path / name) for name in ("one", "other"))
    assert one["total"]["drift_nats"] == other["total"]["drift_nats"] != 0
    assert one["asked"] == other["asked"]
    assert one["pace"] and len(one["pace"]) == len(other["pace"])
