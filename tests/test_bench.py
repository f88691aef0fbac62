"""The bench: fair draws, right sums, nothing measured twice."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import drift, exam
from core.bench.aims import aims, aims_as_markdown
from core.bench.apart import AT_MOST, lived_side_by_side, lives_at_once, longest_first, threads_each
from core.bench.cells import Cell, key_of, lived
from core.bench.fact_sets import draw
from core.bench.methods import METHODS, ablations, ways_to_keep
from core.bench.run import PARTS, Bench, Scale
from core.bench.stats import mean, paired_difference, pooled
from core.bench.table import as_csv, as_markdown, summarise
from core.bench.trainer import example
from core.bench.tried import TRIED
from core.bench.tuning import Grid, tune
from core.dreamer import Dreamer
from core.errors import CacheFull
from core.measured import Rate
from core.models import Base
from core.nursery.world import deep_past
from core.plain import plain
from core.recipes import RECIPES, Recipe

NAMES = "full cram placebo none replay seed trainer_statements trainer_qa retrieval long_context".split()


# Fact sets -----------------------------------------------------------------------------------------


def test_a_fact_set_is_the_same_at_every_call_and_another_for_another_purpose() -> None:
    one, again, other, tuning = draw(3, 2, 4), draw(3, 2, 4), draw(4, 2, 4), draw(3, 2, 4, "tuning")
    assert one == again
    statements = [{h.statement for night in s.told.nights for h in night} for s in (one, other, tuning)]
    assert [len(s) for s in statements] == [8, 8, 8]
    assert not statements[0] & statements[1] and not statements[0] & statements[2]


def test_every_fact_is_asked_about_openly_and_first_in_a_known_wording() -> None:
    drawn = draw(0, 1, 12)
    for heard in drawn.told.nights[0]:
        kinds = [drawn.kinds[heard.statement, probe.question] for probe in heard.probes]
        assert kinds[0] == "known" and len(set(kinds)) == len(kinds)
        assert not {probe.answers[0].lower() for probe in heard.probes} & {"yes", "no"}
        assert 0 < drawn.bits[heard.statement] <= 12 * 3
    assert {"known", "unseen", "reversed"} == set(drawn.kinds.values())


# Methods -------------------------------------------------------------------------------------------


def test_all_methods_are_there_and_an_ablation_changes_one_knob() -> None:
    assert sorted(METHODS) == sorted(NAMES)
    full = RECIPES["full"].as_dict()
    first, *others = ablations()
    assert first.recipe == RECIPES["full"] and len({m.name for m in others}) == len(others) >= 10
    for method in (*others, *ways_to_keep()[1:]):
        assert sum(full[knob] != value for knob, value in method.recipe.as_dict().items()) == 1


def test_methods_that_differ_in_how_they_are_asked_share_one_life(base: Base) -> None:
    keys = {name: key_of(base, Cell(METHODS[name], 0, 0, 1, 10)) for name in NAMES}
    assert keys["none"] == keys["retrieval"] == keys["long_context"]
    assert len(set(keys.values())) == len(NAMES) - 2
    assert key_of(base, Cell(METHODS["full"], 1, 0, 1, 10)) != keys["full"]


def test_the_trainer_learns_answers_and_only_reads_questions(base: Base) -> None:
    from core.brain import Brain

    brain = Brain(base)
    fact = brain.hear("Mira lives in Oslo.")
    dreamer = Dreamer(base, brain.model, RECIPES["full"])
    said = dreamer.answered([brain.day.alone(0)], ["Where does Mira live?"], [0])
    made = example(dreamer.teach(said, [said[0].view], "dreams")[0])
    assert base.decode([t for t in made["labels"] if t >= 0]) == " Oslo\n"
    assert base.decode(made["input_ids"]).endswith("Q: Where does Mira live?\nA: Oslo\n")
    crammed = example(dreamer.cram([fact])[0])
    assert base.decode([t for t in crammed["labels"] if t >= 0]) == " Mira lives in Oslo.\n"


def test_tuning_takes_the_best_recall_then_the_best_deep_past_then_the_shortest() -> None:
    recalls = {(1e-3, 1.0): 0.5, (1e-2, 1.0): 0.8, (1e-2, 2.0): 0.8, (1e-1, 1.0): 0.8}

    def lived(cell: Cell) -> dict[str, Any]:
        assert cell.purpose == "tuning"
        recipe = cell.method.recipe
        rate, length = recipe.learning_rate, recipe.steps / METHODS["cram"].recipe.steps
        past = 0.2 if rate == 1e-1 else 0.9
        return {
            "total": {"recall": {"slept": {"value": recalls.get((rate, length), 0.0)}}, "deep_past": {"value": past}}
        }

    grid = Grid((1e-3, 1e-2, 1e-1), (1.0, 2.0), 2, 4)
    best, record = tune(METHODS["trainer_statements"], grid, lambda cells: ((cell, lived(cell)) for cell in cells))
    assert (best.recipe.learning_rate, best.recipe.steps) == (1e-2, METHODS["cram"].recipe.steps)
    assert len(record["tried"]) == 6 and record["chosen"]["recall"] == 0.8


# Figures -------------------------------------------------------------------------------------------


def made_row(method: str, marks: list[list[int]], *, fact_set: int = 0, seed: int = 0) -> dict[str, Any]:
    rate = plain(Rate.of(sum(m[0] for m in marks), sum(m[1] for m in marks)))
    lines = summarise([])
    assert lines == []
    from core.bench.table import MEANS, RATES

    row = {**dict.fromkeys(RATES, rate), **dict.fromkeys(MEANS, 1.5)}
    own = {"method": method, "seed": seed, "fact_set": fact_set, "n_facts": len(marks), "nights": 1, "by_fact": marks}
    return {**row, **own}


def test_a_paired_difference_pairs_facts() -> None:
    good = [made_row("full", [[2, 2]] * 20, fact_set=s) for s in range(3)]
    poor = [made_row("cram", [[i % 2, 2] for i in range(20)], fact_set=s) for s in range(3)]
    difference = paired_difference(good, poor)
    assert difference is not None and difference["n"] == 60
    assert difference["value"] == pytest.approx(0.75) and 0 < difference["low"] <= 0.75 <= difference["high"] < 1
    same = paired_difference(good, good)
    assert same is not None and same["value"] == same["low"] == same["high"] == 0
    assert paired_difference(good, [made_row("cram", [[1, 1]], fact_set=9)]) is None
    reverse = paired_difference(poor, good)
    assert reverse is not None and reverse["value"] == pytest.approx(-0.75)


def test_rates_are_pooled_over_trials_and_absences_are_passed_over() -> None:
    assert pooled([plain(Rate.of(1, 2)), plain(Rate.of(8, 8)), plain(Rate.of(0, 0)), None]) == Rate.of(9, 10)
    assert pooled([]) == Rate.of(0, 0)
    assert mean([1.0, None, 3.0]) == 2.0 and mean([None]) is None


def test_the_table_has_a_line_per_method_and_size() -> None:
    rows = [made_row(m, [[1, 2]] * 4, seed=s) for s in range(3) for m in ("full", "cram")]
    rows[0]["seconds_to_recall"] = None
    lines = json.loads(json.dumps(summarise(rows), allow_nan=False))
    assert [(line["method"], line["runs"], line["reached"]) for line in lines] == [("full", 3, 2), ("cram", 3, 3)]
    assert lines[0]["answered"]["n"] == 24 and lines[0]["full_less_this"] is None
    text = as_markdown(lines, ["A note."])
    assert "| full |" in text and "(24, 0.31–0.69)" in text and text.endswith("A note.\n")
    assert len({line.count("|") for line in text.splitlines() if line.startswith("|")}) == 1
    read = list(csv.DictReader(io.StringIO(as_csv(lines))))
    assert read[1]["method"] == "cram" and float(read[1]["answered_low"]) == pytest.approx(lines[1]["answered"]["low"])


def test_aims_are_compared_with_what_was_found_and_only_what_was_measured_is_judged() -> None:
    def lived(method: str, right: int, **figures: object) -> list[dict[str, Any]]:
        own = {"gap_closed": 0.0, "seconds_to_recall": None, "train_seconds": 100.0}
        return [{**made_row(method, [[right, 2]] * 10, fact_set=s, seed=s), **own, **figures} for s in range(3)]

    rows = [
        *lived("full", 2, gap_closed=1.0, seconds_to_recall=40.0, drift_nats=0.03),
        *lived("cram", 0),
        *lived("placebo", 0, gap_closed=0.5),
        *lived("trainer_qa", 2, seconds_to_recall=90.0),
    ]
    rows[-1]["seconds_to_recall"] = None
    found = {aim.what: aim for aim in aims(rows, summarise(rows), {"capacity": 60, "fiftieth_night": [{"ratio": 1.1}]})}
    reached = {what.removeprefix("one night of 10 facts: "): aim.reached for what, aim in found.items()}
    assert reached.pop("seconds of training to a recall of 0.9, of those of the Trainer on the same lessons")
    assert reached == {
        "gap closed": True,
        "paraphrase": True,
        "deep past, change": True,
        "false recall": False,
        "drift, nats": False,
        "recall, full less cram": True,
        "recall, full less placebo": True,
        "recall, full less trainer_qa": True,
        "gap closed by placebo": False,
        "facts in one night, at a recall of 0.9": False,
        "cost of the 50th night, of the first": True,
    }
    assert found["one night of 10 facts: drift, nats"].found == "0.030"
    assert "in 1 of them" in next(aim.found for aim in found.values() if "Trainer never came" in aim.found)
    lines = summarise(rows)
    lines[0]["false_recall"] = plain(Rate.of(2, 60))
    just_missed = next(aim for aim in aims(rows, lines, {}) if aim.what.endswith("false recall"))
    assert (just_missed.found, just_missed.reached) == ("0.033 (n 60, 0.009 to 0.114); awake 1.000", False)
    assert aims([], [], {}) == [] and aims_as_markdown([]) == ""
    table = aims_as_markdown(found.values())
    assert f"| one night of 10 facts: drift, nats | ≤ 0.02 | 0.030 | **no** | {TRIED['drift_nats']} |" in table
    assert TRIED["gap_closed"] not in table, "only what was missed says what was tried"


# The whole ------------------------------------------------------------------------------------------


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
