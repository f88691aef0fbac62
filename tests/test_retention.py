"""What a life of nights kept: laws of the retention matrix, of forgetting, of openings and of contradictions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.measured import ExamRow, Rate, SleepReport, Verdict
from core.recording import for_a_life
from core.reports import report_from_json, report_to_json, total_report
from core.retention import (
    asked_in_lessons,
    contradictions,
    forgetting,
    forward_transfer,
    kept,
    morning_rows,
    openings,
    pooled,
    retention,
    running,
)
from tests.chart_values import make_change, make_life, make_report

LIFE = make_life()  # nights 1, 2 and 4; right of four: [4], [4, 3], [2, 3, 1]


def shares(rows: list[list[Rate]]) -> list[list[float | None]]:
    return [[rate.value for rate in row] for row in rows]


def test_every_row_of_the_matrix_is_complete() -> None:
    assert shares(retention(LIFE)) == [[1.0], [1.0, 0.75], [0.5, 0.75, 0.25]]
    assert shares(retention(LIFE, "self")) == [[None], [None, None], [None, None, None]]


def test_the_field_s_three_figures() -> None:
    found = kept(shares(retention(LIFE)))
    assert found["acc"] == pytest.approx(0.5)
    assert found["bwt"] == pytest.approx(-0.25)
    assert found["learned"] == pytest.approx(2 / 3)
    assert forward_transfer(LIFE) == 0.0
    assert forward_transfer(LIFE[:1]) is None


def test_forward_transfer_counts_what_was_known_before_it_was_told() -> None:
    one, two = LIFE[0], LIFE[1]
    guessed = tuple(replace(r, right=True) if r.condition == "amnesia" else r for r in two.exam)
    assert forward_transfer([one, replace(two, exam=guessed)]) == 1.0


def test_forgetting_pools_nights_of_one_age() -> None:
    assert [(r.value, r.n) for r in forgetting(LIFE[:2])] == [(7 / 8, 8), (1.0, 4)]


def test_a_night_that_was_taken_back_was_slept_all_the_same() -> None:
    assert [(r.value, r.n) for r in forgetting(LIFE)] == [(8 / 12, 12), (1.0, 4), (0.75, 4), (0.5, 4)]


def test_each_day_opens_with_the_morning_s_questions() -> None:
    days = openings(LIFE)
    assert [day.day for day in days] == [2, 3, 5]
    assert [r.value for r in days[2].by_age] == [0.25, 0.75, 0.5]
    assert days[2].earlier.value == 0.5
    assert days[0].never_told == LIFE[0].side.unknown
    assert [r.n for r in running(day.earlier for day in days)] == [4, 12, 24]
    assert running([])[:] == [] and pooled([]).value is None


def test_switching_is_told_night_by_night() -> None:
    change = make_change()
    assert change.number == 2
    assert {n: (b.value, a.value) for n, (b, a) in change.rates.items()} == {1: (1.0, 0.75), 2: (0.75, 0.0)}


def told(fact: int, question: str, expected: str, answer: str) -> ExamRow:
    row = morning_rows(LIFE[0])[0]
    return replace(row, fact=fact, night=fact + 1, question=question, expected=expected, answer=answer)


@pytest.mark.parametrize(("answer", "says"), [("Green.", "later"), ("red", "earlier"), ("blue", "neither")])
def test_a_contradiction_says_which_fact_is_followed(answer: str, says: str) -> None:
    rows = [
        told(1, "what colour is the lighthouse", "green|dark green", answer),
        told(0, "What colour is the lighthouse?", "red", answer),
        told(2, "Where does Mira live?", "Oslo", "Oslo"),
        told(3, "Where does Mira live?", "in Oslo|Oslo", "Oslo"),  # the same in other words is no contradiction
    ]
    (found,) = contradictions(rows)
    assert (found.earlier, found.later, found.says) == ("red", "green", says)


def test_report_json_has_the_keys_of_a_life() -> None:
    made = total_report(LIFE, [], {})
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["retention"] == [[1.0], [1.0, 0.75], [0.5, 0.75, 0.25]]
    assert [rate["n"] for rate in made["forgetting"]] == [12, 4, 4, 4]
    assert made["prequential"]["earlier"]["value"] == made["prequential"]["days"][-1]["running"]["value"] == 17 / 24
    assert len(made["prequential"]["days"]) == 3
    assert made["total"]["bwt"] == pytest.approx(-0.25) and made["total"]["fwt"] == 0.0
    assert set(made["contradictions"]) == {"later", "earlier"}
    assert made["total"]["recall"]["slept"]["n"] == 12
    # Every asking stands in it once: 12 of each night's own, and 4 + 8 of older nights.
    assert len(made["probes"]) == 3 * 12 + 4 + 8


def test_reports_of_before_the_gate_still_load() -> None:
    rate = Rate.of(1, 2)
    report = replace(LIFE[2], gate=(Verdict(0.01, rate, rate, Rate.of(0, 0), 0.1, True, "It was let in."),))
    data = json.loads(json.dumps(report_to_json(report)))
    assert report_from_json(data) == report
    del data["gate"], data["past"]
    old: SleepReport = report_from_json(data)
    assert (old.gate, old.past) == ((), ())
    assert shares(retention([LIFE[0], old])) == [[1.0], [None, 0.25]]


def test_lessons_are_known_by_their_questions() -> None:
    known = asked_in_lessons([make_report()])
    assert len(known) == 1 and all(q == q.lower() for q in known)


def test_what_was_looked_up_is_no_memory() -> None:
    """Rows under retrieval stand beside the final exam; they are neither retention nor a resolved contradiction."""
    slept = list(morning_rows(LIFE[2]))
    looked_up = [replace(r, condition="retrieval", right=True, answer="green") for r in slept]
    made = total_report(LIFE, [*slept, *looked_up], {})
    assert made["retention"] == total_report(LIFE, slept, {})["retention"]
    rows = [told(0, "What colour is it?", "red", "red"), told(1, "What colour is it?", "green", "red")]
    assert (
        contradictions([*rows, *(replace(r, condition="retrieval", answer="green") for r in rows)])[0].says == "earlier"
    )


def test_a_report_cut_down_for_a_life_draws_the_same_life() -> None:
    whole = make_life()
    cut = [for_a_life(report) for report in whole]
    assert retention(cut) == retention(whole) and openings(cut) == openings(whole)
    assert contradictions(morning_rows(cut[-1])) == contradictions(morning_rows(whole[-1]))
    assert [report_from_json(report_to_json(report)) for report in cut] == cut
    assert not any(report.dreams or report.steps or report.deltas for report in cut)
