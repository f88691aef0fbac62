"""How much of what it was told it can answer, under each of five conditions."""

from __future__ import annotations

import plotly.graph_objects as go

from app.theme import CONDITION_COLORS, CONDITION_NAMES, INK, empty_figure, template
from app.words import SHARE_AXIS, error_arms, interval_words, percent, rate_row, rate_words, yes_no_words
from core.measured import Rate, SleepReport

TITLE = "Recall, before and after"
QUESTION = "Of all its questions, how many does it get right with, without, and after its short-term memory?"

CONDITIONS = ("blank", "awake", "alone", "amnesia", "slept")
NOTHING = "No exam yet. Let it sleep and the score appears here."


def rates(report: SleepReport) -> dict[str, Rate]:
    return {c: report.recall(c) for c in CONDITIONS}


def gap_closed(report: SleepReport) -> float | None:
    """(slept - amnesia) / (awake - amnesia); None where there was no gap to close."""
    slept, amnesia, awake = (report.recall(c).value for c in ("slept", "amnesia", "awake"))
    if None in (slept, amnesia, awake) or awake <= amnesia:
        return None
    return (slept - amnesia) / (awake - amnesia)


def figure(report: SleepReport, dark: bool = True) -> go.Figure:
    """One bar per condition with its Wilson 95 % interval."""
    found = rates(report)
    if not any(r.n for r in found.values()):
        return empty_figure(NOTHING, dark)
    values = list(found.values())
    fig = go.Figure(layout=dict(template=template(dark), height=300, showlegend=False, bargap=0.42))
    fig.add_bar(
        x=[r.value or 0 for r in values],
        y=list(range(len(values))),
        orientation="h",
        marker=dict(color=[CONDITION_COLORS[c] for c in CONDITIONS], line_width=0),
        error_x=error_arms(values) | dict(color=INK[dark]),
        hovertext=[f"{CONDITION_NAMES[c]}: {rate_words(r)}<br>95 %: {interval_words(r)}" for c, r in found.items()],
        hoverinfo="text",
    )
    # Figures stand under the names, where neither the bars nor a narrow screen can cut them.
    names = [f"{CONDITION_NAMES[c]}<br><b>{rate_words(r)}</b>" for c, r in found.items()]
    fig.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed")
    fig.update_yaxes(showgrid=False, ticklabelstandoff=6)
    fig.update_xaxes(SHARE_AXIS, title_text="answered right")
    return fig


def caption(report: SleepReport) -> str:
    """The takeaway in words."""
    found = rates(report)
    if not any(r.n for r in found.values()):
        return NOTHING
    parts = [f"{CONDITION_NAMES[c]}: {rate_words(r)}" for c, r in found.items()]
    closed = gap_closed(report)
    gap = f" Sleep closed {percent(closed)} of the gap that clearing the cache opened." if closed is not None else ""
    return f"Answered right, {'; '.join(parts)}.{gap} Thin lines: 95 % intervals. {yes_no_words(report)}".rstrip()


def table(report: SleepReport) -> list[dict]:
    """One row per condition."""
    return [rate_row(CONDITION_NAMES[c], r) for c, r in rates(report).items()]
