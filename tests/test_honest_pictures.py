"""Pictures say no more than was measured: what is left out, how sure it is, and what a colour means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import theme
from tests.chart_values import make_change, make_life, make_report, make_runs, make_steps


def test_what_no_total_counts_is_said_beside_it():
    from app.charts import recall_bars

    report = make_report()
    assert "yes/no" not in recall_bars.caption(report)
    rows = [
        replace(r, expected="yes", right=n == 0) for n, r in enumerate(r for r in report.exam if r.condition == "slept")
    ]
    closed = replace(report, exam=(*report.exam, *rows[:2]))
    assert closed.recall("slept") == report.recall("slept")
    assert "2 yes/no questions are counted apart" in recall_bars.caption(closed)
    assert "1 right after sleep" in recall_bars.caption(closed)


@pytest.mark.parametrize("dark", [True, False])
def test_colours_of_facts_are_no_stages_nor_kinds_of_questions(dark):
    from app.charts import hypnogram, lab_loss, loss_curve, prequential

    drawn = (
        hypnogram.figure(make_steps(), dark),
        loss_curve.figure(make_steps(), dark),
        lab_loss.figure(make_runs(), dark),
        prequential.figure(make_life(), dark),
    )
    for fig in drawn:
        used = {color for trace in fig.data for color in (trace.line.color, trace.marker.color) if color}
        assert used and not used & set(theme.FACT_COLORS)


def test_what_changed_by_luck_is_seen_beside_its_interval():
    from app.charts import night_effect, prequential

    after = next(trace for trace in night_effect.figure(make_change()).data if trace.name == "after")
    assert after.error_x.array and "luck" in night_effect.caption(make_change())
    assert all(trace.error_y.array for trace in prequential.figure(make_life()).data)
