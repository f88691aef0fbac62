"""Forgetting by age: recall of a night's facts against the nights slept since."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.theme import CONDITION_COLORS, FAINT_INK, INK, empty_figure, template
from app.words import SHARE_AXIS, error_arms, interval_words, plural, rate_words
from core.measured import SleepReport
from core.retention import forgetting, retention

TITLE = "How fast it forgets"
QUESTION = "As a night's facts grow older, how many does it still answer?"

NOTHING = "No night was examined yet. The curve starts after the first night and grows with each one."


def figure(reports: Sequence[SleepReport], dark: bool = True) -> go.Figure:
    """One thin line per night, and all nights pooled with Wilson 95 % intervals."""
    pooled = forgetting(reports)
    if not any(rate.n for rate in pooled):
        return empty_figure(NOTHING, dark)
    rows = retention(reports)
    fig = go.Figure(layout=dict(template=template(dark), height=320, hovermode="closest"))
    for j, report in enumerate(reports):
        rates = [row[j] for row in rows[j:]]
        ages = [later.night - report.night for later in reports[j:]]
        fig.add_scatter(
            x=ages,
            y=[rate.value for rate in rates],
            mode="lines+markers",
            name="single nights",
            legendgroup="single",
            showlegend=j == 0,
            line=dict(color=FAINT_INK[dark], width=1),
            marker=dict(size=5),
            hovertext=[f"night {report.night}, {_age(a)}<br>{rate_words(r)}" for a, r in zip(ages, rates, strict=True)],
            hoverinfo="text",
        )
    fig.add_scatter(
        x=list(range(len(pooled))),
        y=[rate.value for rate in pooled],
        mode="lines+markers",
        name="all nights together",
        connectgaps=True,
        line=dict(color=CONDITION_COLORS["slept"], width=4),
        marker=dict(size=10, symbol="star"),
        error_y=error_arms(pooled) | dict(color=INK[dark]),
        hovertext=[f"{_age(a)}<br>{rate_words(r)}<br>95 %: {interval_words(r)}" for a, r in enumerate(pooled)],
        hoverinfo="text",
    )
    fig.update_xaxes(title_text="nights slept since it was learned", dtick=1 if len(pooled) < 16 else 5, showgrid=False)
    fig.update_xaxes(range=(-0.5, len(pooled) - 0.5))  # else a single night has a scale from -1
    fig.update_yaxes(SHARE_AXIS, title_text="answered right")
    return fig


def _age(nights: int) -> str:
    return "the morning after" if nights == 0 else f"{plural(nights, 'night')} later"


def caption(reports: Sequence[SleepReport]) -> str:
    """The takeaway in words."""
    asked = [(age, rate) for age, rate in enumerate(forgetting(reports)) if rate.n]
    if not asked:
        return NOTHING
    first, (oldest, last) = asked[0][1], asked[-1]
    later = f" {_age(oldest).capitalize()}: {rate_words(last)}." if oldest else ""
    return (
        f"The morning after: {rate_words(first)}.{later} Each night is asked again after every later night, with an "
        "empty cache. Old ages rest on few nights, as the thin upright lines (95 % intervals) show."
    )


def table(reports: Sequence[SleepReport]) -> list[dict]:
    """One row per age, all nights pooled."""
    return [
        {"nights since": age, "share": r.value, "n": r.n, "low": r.low, "high": r.high}
        for age, r in enumerate(forgetting(reports))
    ]
