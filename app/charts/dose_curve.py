"""A little of the night, all of it, too much of it: what is recalled and what suffers along alpha x night."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from app.theme import CONDITION_COLORS, FAINT_INK, INK, PRIMARY, WARNING, empty_figure, template
from app.words import SHARE_AXIS, error_arms, interval_words, rate_row, rate_words
from core.findings import DoseCurve, DosePoint
from core.measured import Rate

TITLE = "The dose curve"
QUESTION = "How much of the night does it take, and when does more of it do harm?"

NOTHING = "Not measured yet. Press “Measure the dose curve”."
Line = tuple[str, Callable[[DosePoint], Rate], str, str, str]


def lines(dark: bool = True) -> list[Line]:
    """(name, what it reads, colour, symbol, dash). What the night is for comes first."""
    return [
        ("that night's facts", lambda p: p.recall, CONDITION_COLORS["slept"], "star", "solid"),
        ("what it always knew", lambda p: p.deep_past, FAINT_INK[dark], "square", "dash"),
        ("neighbours answered as without the night", lambda p: p.locality, PRIMARY[dark], "circle", "dot"),
        ("neighbours answered with a told answer", lambda p: p.false_recall, WARNING[dark], "x", "dashdot"),
    ]


def figure(curve: DoseCurve | None, dark: bool = True, dose: float | None = None) -> go.Figure:
    """Shares over the dose, with Wilson 95 % intervals; an upright line at the dose looked at."""
    if curve is None:
        return empty_figure(NOTHING, dark)
    fig = go.Figure(layout=dict(template=template(dark), height=380, hovermode="closest"))
    for place, (name, read, color, symbol, dash) in enumerate(lines(dark)):
        asked = [p for p in curve.points if read(p).value is not None]
        rates = [read(p) for p in asked]
        fig.add_scatter(
            x=[p.dose + 0.008 * (place - 1.5) for p in asked],  # side by side: intervals that coincide stay readable
            y=[r.value for r in rates],
            mode="lines+markers",
            name=name,
            line=dict(color=color, dash=dash, width=2),
            marker=dict(symbol=symbol, size=11 if place == 0 else 9, color=color),
            error_y=error_arms(rates) | dict(color=color, thickness=1, width=3),
            hovertext=[
                f"dose {p.dose:g}, {name}: {rate_words(r)}<br>95 %: {interval_words(r)}"
                for p, r in zip(asked, rates, strict=True)
            ],
            hoverinfo="text",
        )
    if dose is not None:
        fig.add_vline(x=dose, line=dict(color=INK[dark], width=1.5, dash="dot"))
    shown = [p.dose for p in curve.points]
    fig.update_xaxes(title_text="dose: times the night", tickvals=shown, ticktext=[f"{d:g}" for d in shown])
    fig.update_yaxes({k: v for k, v in SHARE_AXIS.items() if k != "tickangle"}, title_text="share of answers")
    return fig


def caption(curve: DoseCurve | None) -> str:
    """The takeaway in words."""
    if curve is None:
        return NOTHING
    asked = [p for p in curve.points if p.recall.value is not None]
    if not asked:
        return "That night has no questions, so its recall along the dose is unknown."
    none, most = asked[0], asked[-1]
    best = max(asked, key=lambda p: p.recall.value)
    return (
        f"Without the night (dose 0): {rate_words(none.recall)} of its questions right. The first dose at which most "
        f"are right, {rate_words(best.recall)}, is {best.dose:g}. At dose {most.dose:g} it is {rate_words(most.recall)}; "
        f"what it always knew is at {rate_words(most.deep_past)} there, {rate_words(none.deep_past)} at dose 0, and "
        f"{rate_words(most.locality)} of the neighbours are answered as without the night. "
        f"The brain itself has dose {curve.in_effect:g}. Thin lines: 95 % intervals."
    )


def table(curve: DoseCurve | None) -> list[dict]:
    """One row per dose and share."""
    return [
        {"dose": point.dose} | rate_row(name, read(point))
        for point in (curve.points if curve else ())
        for name, read, *_ in lines()
    ]
