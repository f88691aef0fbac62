"""The bench: fair draws, right sums, nothing measured twice."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from core.bench.aims import aims, aims_as_markdown
from core.bench.cells import Cell, key_of
from core.bench.fact_sets import draw
from core.bench.methods import METHODS, ablations, ways_to_keep
from core.bench.stats import mean, paired_difference, pooled
from core.bench.table import as_csv, as_markdown, summarise
from core.bench.trainer import example
from core.bench.tried import TRIED
from core.bench.tuning import Grid, tune
from core.dreamer import Dreamer
from core.measured import Rate
from core.models import Base
from core.plain import plain
from core.recipes import RECIPES

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
        own = {"gap_closed": 0.0, "seconds_to_recall": None, "train_seconds": 100.0, "dream_seconds": 50.0}
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
    slower_day = [{**row, "dream_seconds": 25.0} if row["method"] == "full" else row for row in rows]
    pace = next(aim for aim in aims(slower_day, summarise(rows), {}) if "Trainer on the same" in aim.what)
    assert pace.found.startswith("0.89") and not pace.reached, "40 s of the 90, on a machine twice as fast"
    assert "in 1 of them" in next(aim.found for aim in found.values() if "Trainer never came" in aim.found)
    lines = summarise(rows)
    lines[0]["false_recall"] = plain(Rate.of(2, 60))
    just_missed = next(aim for aim in aims(rows, lines, {}) if aim.what.endswith("false recall"))
    assert (just_missed.found, just_missed.reached) == ("0.033 (n 60, 0.009 to 0.114); awake 1.000", False)
    assert aims([], [], {}) == [] and aims_as_markdown([]) == ""
    table = aims_as_markdown(found.values())
    assert f"| one night of 10 facts: drift, nats | ≤ 0.02 | 0.030 | **no** | {TRIED['drift_nats']} |" in table
    assert TRIED["gap_closed"] not in table, "only what was missed says what was tried"
