"""How each day opened: asked about earlier days, and about things that were never told, before anything new was told."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.theme import FAINT_INK, INK, PRIMARY, empty_figure, template
from app.words import SHARE_AXIS, error_arms, interval_words, percent, plural, rate_words
from core.measured import Rate, SleepReport
from core.retention import Opening, openings, pooled, running

TITLE = "How each day opened"
QUESTION = "Before anything new is told: does it know the earlier days, and does it know what it does not know?"

NOTHING = "No day has opened after a night yet. Sleep once, and the next morning is the first point."


def lines(days: Sequence[Opening]) -> dict[str, list[Rate]]:
    """Name of a line -> its rate on each day."""
    return {
        "facts of yesterday": [day.by_age[0] for day in days],
        "facts of older days": [pooled(day.by_age[1:]) for day in days],
        "never told: it says so": [day.never_told for day in days],
        "all earlier days, mean so far": running(day.earlier for day in days),
    }


def figure(reports: Sequence[SleepReport], dark: bool = True) -> go.Figure:
    """A line per kind of question, and the running mean over all days."""
    days = openings(reports)
    if not any(day.earlier.n or day.never_told.n for day in days):
        return empty_figure(NOTHING, dark)
    looks = (
        dict(line=dict(color=PRIMARY[dark], width=2), marker=dict(symbol="circle", size=10)),
        dict(line=dict(color=PRIMARY[dark], width=2, dash="dash"), marker=dict(symbol="square-open", size=9)),
        dict(line=dict(color=FAINT_INK[dark], width=2, dash="dot"), marker=dict(symbol="x", size=9)),
        dict(line=dict(color=INK[dark], width=4), marker=dict(symbol="diamond", size=7)),
    )
    fig = go.Figure(layout=dict(template=template(dark), height=340, hovermode="closest"))
    for (name, rates), look in zip(lines(days).items(), looks, strict=True):
        fig.add_scatter(
            x=[day.day for day in days],
            y=[rate.value for rate in rates],
            mode="lines+markers",
            name=name,
            error_y=error_arms(rates) | dict(thickness=1, width=3),
            hovertext=[
                f"day {day.day}, {name}<br>{rate_words(r)}<br>95 %: {interval_words(r)}"
                for day, r in zip(days, rates, strict=True)
            ],
            hoverinfo="text",
            **look,
        )
    fig.update_xaxes(title_text="day", dtick=1 if len(days) < 16 else 5, showgrid=False)
    fig.update_xaxes(range=(days[0].day - 0.5, days[-1].day + 0.5))  # else a single day has neighbours that never were
    fig.update_yaxes(SHARE_AXIS, title_text="right")
    return fig


def caption(reports: Sequence[SleepReport]) -> str:
    """The takeaway in words."""
    days = openings(reports)
    if not any(day.earlier.n or day.never_told.n for day in days):
        return NOTHING
    earlier, unknown = pooled(d.earlier for d in days), pooled(d.never_told for d in days)
    last = days[-1]
    return (
        f"Over {plural(len(days), 'day')}: questions about earlier days answered right, {rate_words(earlier)}; about things "
        f"never told, to which it said that it does not know, {rate_words(unknown)}. Day {last.day}, the newest, opened with "
        f"{percent(last.earlier.value)} of earlier questions right, and said that it does not know to "
        f"{percent(last.never_told.value)} of those never told. Thin lines: 95 % intervals."
    )


def table(reports: Sequence[SleepReport]) -> list[dict]:
    """One row per day and kind of question."""
    days = openings(reports)
    return [
        {"day": day.day, "questions about": name, "share": rate.value, "n": rate.n, "low": rate.low, "high": rate.high}
        for name, rates in lines(days).items()
        for day, rate in zip(days, rates, strict=True)
    ]
