"""Reports: the round trip, and REPORT.json as metrics.md has it."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from core import reports
from core.errors import BadInput
from core.measured import ExamRow, Rate, SleepReport
from core.reports import (
    SCHEMA,
    gap_closed,
    recorded_run,
    report_from_json,
    report_to_json,
    score,
    total_report,
)
from core.values import Condition, Fact, Source
from tests.chart_values import make_report

CONDITIONS: tuple[Condition, ...] = ("blank", "awake", "alone", "amnesia", "slept", "retrieval", "long_context")
RATE = {"value", "n", "low", "high"}
NONE = Rate.of(0, 0)


def row(night: int, condition: Condition, right: bool, known: bool | None = True, source: Source = "given") -> ExamRow:
    told = ("Tom is 7.", "How old is Tom?", "7|seven")
    return ExamRow(night, *told, source, known, condition, "7", right, -0.5, ("Q", ":"), 0, night - 1)


def night(number: int, slept: list[bool], *, awake: list[bool] | None = None, known: bool | None = True) -> SleepReport:
    exam = [row(number, "awake", r) for r in awake or [True] * len(slept)]
    exam += [row(number, "amnesia", False) for _ in slept] + [row(number, "slept", r, known) for r in slept]
    side = replace(make_report().side, deep_past_before=Rate.of(100 - number, 100), drift_nats=0.25)
    facts = tuple(Fact(i, "Tom is 7.", day=number) for i in range(4))
    seconds = {"dream": 1.0, "total": 8.0}
    report = make_report()
    return replace(
        report,
        night=number,
        name=f"night-{number}",
        exam=tuple(exam),
        side=side,
        facts=facts,
        seconds=seconds,
    )


# One night ----------------------------------------------------------------------------------------


def test_a_night_survives_the_round_trip() -> None:
    report = make_report()
    text = json.dumps(report_to_json(report), allow_nan=False)
    assert report_from_json(json.loads(text)) == report
    assert json.loads(text)["schema"] == SCHEMA


def test_numpy_and_infinities_leave_no_trace() -> None:
    report = make_report()
    side = replace(report.side, drift_nats=np.float32(0.5), kl_to_base=inf)
    data = report_to_json(replace(report, seed=np.int64(3), side=side, seconds={"total": nan}))
    assert type(data["seed"]) is int and type(data["side"]["drift_nats"]) is float
    assert data["side"]["kl_to_base"] is None and data["seconds"] == {"total": None}
    back = report_from_json(json.loads(json.dumps(data, allow_nan=False)))
    assert back.seed == 3 and np.isnan(back.side.kl_to_base)


def test_the_schema_may_grow() -> None:
    data = report_to_json(make_report())
    for place in (data, data["side"], data["facts"][0], data["exam"][0]):
        place["a_key_of_tomorrow"] = 1
    del data["facts"][0]["probes"]  # has a default
    assert report_from_json(data) == make_report()


def test_what_is_no_report_is_refused() -> None:
    good = report_to_json(make_report())
    bad: list[object] = [{}, [], "x", None, {"schema": 1}, {**good, "night": "1"}, {**good, "exam": 3}]
    bad += [{**good, "schema": None}, {**good, "exam": [{**good["exam"][0], "condition": "drunk"}]}]
    for data in bad:
        with pytest.raises(BadInput, match="not the report"):
            report_from_json(data)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="update"):
        report_from_json({**good, "schema": SCHEMA + 1})


def test_the_recorded_run_is_read_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "RECORDED", tmp_path / "none")
    assert recorded_run() == []
    monkeypatch.setattr(reports, "RECORDED", tmp_path)
    for number in (2, 1):
        (tmp_path / f"night-{number}.json").write_text(json.dumps(report_to_json(night(number, [True]))))
    assert [report.night for report in recorded_run()] == [1, 2]


# REPORT.json --------------------------------------------------------------------------------------


def test_the_shape_of_one_night() -> None:
    made = total_report([make_report()], [], {})
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert {
        "total",
        "nights",
        "retention",
        "probes",
        "recipe",
        "seed",
        "versions",
        "device",
        "schema",
    } <= set(made)
    for part in (made["total"], *made["nights"]):
        assert set(part["recall"]) == set(part["recall_self"]) == set(CONDITIONS)
        rates = "efficacy paraphrase locality false_recall unknown deep_past deep_past_before".split()
        for rate in (*part["recall"].values(), *part["recall_self"].values(), *(part[key] for key in rates)):
            assert set(rate) == RATE
        for key in (
            "score",
            "gap_closed",
            "drift_nats",
            "kl_to_base",
            "bits_per_parameter",
            "seconds_per_fact",
        ):
            assert part[key] is None or isinstance(part[key], float)
    assert [made["total"][key] for key in ("acc", "bwt", "learned")] == [None] * 3
    assert made["retention"] == [[pytest.approx(4 / 6)]]
    assert made["nights"][0]["hash"] == "abc"
    assert len(made["probes"]) == len(make_report().exam)
    assert made["probes"][0]["prompt_tokens"] == ["Q", ":", "?"]


def test_given_and_own_probes_are_never_pooled() -> None:
    part = total_report([make_report()], [], {})["nights"][0]
    assert part["recall"]["slept"]["n"] == part["recall_self"]["slept"]["n"] == 6
    assert part["recall"]["slept"]["value"] == pytest.approx(4 / 6)
    assert part["efficacy"]["n"] == 6
    assert part["paraphrase"] == {"value": None, "n": 0, "low": None, "high": None}


def test_final_rows_of_one_night_are_not_listed_twice() -> None:
    report = night(1, [True, False])
    final = [r for r in report.exam if r.condition == "slept"]
    made = total_report([report], final, {"retention": [[0.5]]})
    assert len(made["probes"]) == len(report.exam)
    assert made["total"]["recall"] == made["nights"][0]["recall"]


def test_two_nights_pool_and_remember() -> None:
    one, two = night(1, [True] * 4), night(2, [True, True, False, False])
    final = [row(1, "slept", r, False) for r in (True, False, False, False)] + [
        r for r in two.exam if r.condition == "slept"
    ]
    made = total_report([one, two], final, {"retention": [[1.0], [0.25, 0.5]], "peak_bytes": 7})
    total = made["total"]
    assert total["recall"]["slept"]["value"] == 3 / 8
    assert total["recall"]["awake"]["n"] == 8
    assert (total["acc"], total["bwt"], total["learned"]) == (0.375, -0.75, 0.75)
    assert (total["efficacy"]["value"], total["paraphrase"]["value"]) == (0.5, 0.25)
    assert total["gap_closed"] == 3 / 8
    assert total["deep_past_before"]["value"] == 0.99 and made["nights"][1]["deep_past_before"]["value"] == 0.98
    assert total["drift_nats"] == 0.5
    assert (
        total["facts"] == 8 and total["seconds_per_fact"] == 2.0 and total["seconds"] == {"dream": 2.0, "total": 16.0}
    )
    assert total["night_bytes"] == 2 * one.night_bytes
    assert made["peak_bytes"] == 7
    later = [p for p in made["probes"] if p["asked_at_night"] == 2 and p["night"] == 1]
    assert len(later) == 4 and len(made["probes"]) == len(one.exam) + len(two.exam) + 4


def test_sentences_put_back_are_listed_and_stay_out_of_retention() -> None:
    one, two = night(1, [True]), night(2, [True])
    final = [row(n, c, c != "retrieval") for n in (1, 2) for c in ("slept", "retrieval", "long_context")]
    made = total_report([one, two], final, {})
    assert made["retention"][-1] == [1.0, 1.0]
    assert [made["total"]["recall"][c]["value"] for c in ("slept", "retrieval", "long_context")] == [1.0, 0.0, 1.0]
    assert made["total"]["tokens_per_question"]["retrieval"] == 2 and made["nights"][0]["recall"]["retrieval"]["n"] == 0
    assert sum(p["condition"] == "retrieval" for p in made["probes"]) == 2


def test_retention_is_told_by_the_reports_where_nobody_hands_it_over() -> None:
    three = [night(n, [True, False]) for n in (1, 2, 3)]
    final = [row(n, "slept", n != 1) for n in (1, 2, 3)]
    made = total_report(three, final, {})
    assert made["retention"] == [[0.5], [None, 0.5], [0.0, 1.0, 1.0]]
    assert made["total"]["bwt"] == 0.0
    assert made["total"]["learned"] == pytest.approx(2 / 3)


def test_a_night_nobody_asked_about_has_no_recall() -> None:
    made = total_report([night(1, []), night(2, [True])], [row(2, "slept", True)], {"retention": [[None], [None, 1.0]]})
    assert made["nights"][0]["recall"]["slept"]["value"] is None
    assert (made["total"]["acc"], made["total"]["bwt"], made["total"]["learned"]) == (1.0, None, 1.0)


def test_extra_never_hides_what_was_measured() -> None:
    assert total_report([night(1, [True])], [], {"total": "fine", "schema": 99})["schema"] == SCHEMA
    with pytest.raises(ValueError):
        total_report([], [], {})


def test_gap_closed() -> None:
    def recall(**shares: int) -> dict[str, Rate]:
        return {name: Rate.of(hits, 10) for name, hits in shares.items()}

    assert gap_closed(recall(slept=8, amnesia=0, awake=8)) == 1.0
    assert gap_closed(recall(slept=9, amnesia=1, awake=5)) == 2.0
    assert gap_closed(recall(slept=9, amnesia=5, awake=5)) is None
    assert gap_closed({**recall(slept=9, amnesia=5), "awake": NONE}) is None


def test_score() -> None:
    half, whole = Rate.of(5, 10), Rate.of(10, 10)
    assert score(whole, whole, half) == pytest.approx(0.75)
    assert score(half, NONE, half) == pytest.approx(0.5)
    assert score(whole, Rate.of(0, 10), whole) == 0.0
    assert score(NONE, NONE, whole) is None
    assert score(whole, whole, NONE) is None
