"""A life in one table: which facts are answered after each night, with an empty cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from app.theme import (
    FAINT_INK,
    color_scale,
    empty_figure,
    escape_label,
    fact_ink,
    fact_name,
    ink_on,
    label,
    scale_color,
    short,
    template,
)
from app.words import percent, plural, rate_words, series
from core.measured import Rate, SleepReport
from core.values import Fact

TITLE = "Fact by fact, night by night"
QUESTION = "After each night, which facts does it still answer with an empty cache?"

NOTHING = "No exam yet. Every night that it sleeps adds a column here."


@dataclass(frozen=True)
class Cell:
    """One fact after one night; no rate where it was not asked then."""

    fact: Fact
    learned: int  # the night that learned it
    night: int
    rate: Rate


def cells(reports: Sequence[SleepReport]) -> list[Cell]:
    """Facts by the night that learned them, each from that night on."""
    return [
        Cell(fact, own.night, later.night, _rate(later, fact, later is own))
        for place, own in enumerate(reports)
        for fact in own.facts
        for later in reports[place:]
    ]


def _rate(report: SleepReport, fact: Fact, is_own: bool) -> Rate:
    rows = [r for r in report.exam if r.condition == "slept"] if is_own else report.past
    marks = [r.right for r in rows if r.fact == fact.number]
    return Rate.of(sum(marks), len(marks))


def forgotten(found: Sequence[Cell]) -> list[int]:
    """Numbers of facts that a night answered in full and the newest night does not."""
    last = {c.fact.number: c.rate.value for c in found if c.rate.value is not None}
    return [n for n in last if last[n] < max(c.rate.value or 0 for c in found if c.fact.number == n) == 1.0]


def figure(reports: Sequence[SleepReport], dark: bool = True) -> go.Figure:
    """A row per fact, a column per night; the shade and the figure are the share of its questions answered right."""
    found = cells(reports)
    if not found:
        return empty_figure(NOTHING, dark)
    facts = list({c.fact.number: c.fact for c in found}.values())
    rows, nights = [f.number for f in facts], [r.night for r in reports]
    z = np.full((len(rows), len(nights)), np.nan)
    for c in found:
        z[rows.index(c.fact.number), nights.index(c.night)] = np.nan if c.rate.value is None else c.rate.value
    fig = go.Figure(layout=dict(template=template(dark), height=90 + 30 * len(rows), hovermode="closest"))
    fig.add_heatmap(
        z=z, colorscale=color_scale(dark), zmin=0, zmax=1, showscale=False, xgap=3, ygap=3, hoverinfo="skip"
    )
    _add_figures(fig, found, rows, nights, dark)
    names = [f'<span style="color:{fact_ink(f.number, dark)}">■ {label(f.statement, 34)}</span>' for f in facts]
    fig.update_yaxes(tickvals=list(range(len(rows))), ticktext=names, autorange="reversed", ticklabelstandoff=6)
    fig.update_xaxes(tickvals=list(range(len(nights))), ticktext=[f"night {n}" for n in nights], side="top")
    return fig.update_xaxes(showgrid=False).update_yaxes(showgrid=False)


def _add_figures(fig: go.Figure, found: Sequence[Cell], rows: list[int], nights: list[int], dark: bool) -> None:
    """The words in the cells: a mark as well as a shade. They take the hover, too."""
    ink = [FAINT_INK[dark] if c.rate.value is None else ink_on(scale_color(c.rate.value, dark)) for c in found]
    fig.add_scatter(
        x=[nights.index(c.night) for c in found],
        y=[rows.index(c.fact.number) for c in found],
        mode="text",
        text=[_mark(c.rate) for c in found],
        textfont=dict(color=ink, size=13),
        hovertext=[
            f"{escape_label(short(c.fact.statement, 60))}<br>after night {c.night}: {rate_words(c.rate)}" for c in found
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _mark(rate: Rate) -> str:
    if rate.value is None:
        return "·"
    return {0.0: "✗", 1.0: "✓"}.get(rate.value, percent(rate.value))


def caption(reports: Sequence[SleepReport]) -> str:
    """The takeaway in words."""
    found = cells(reports)
    if not found:
        return NOTHING
    newest = [c.rate for c in found if c.night == reports[-1].night and c.rate.value is not None]
    full, gone = sum(r.value == 1 for r in newest), forgotten(found)
    parts = [
        f"{plural(len(reports), 'night')}. After the newest, {full} of {plural(len(newest), 'fact')} asked about are "
        "answered in full."
    ]
    if len(reports) > 1:
        names = series([fact_name(n) for n in gone[:12]]) + (" and more" if len(gone) > 12 else "")
        parts.append(f"Known once and not in full now: {names}." if gone else "None that was known in full was lost.")
    if any(c.rate.value is None for c in found):
        parts.append("A dot: it was not asked about then.")
    return " ".join(parts)


def table(reports: Sequence[SleepReport]) -> list[dict]:
    """One row per fact and night."""
    return [
        {"fact": fact_name(c.fact.number), "statement": c.fact.statement, "learned in night": c.learned}
        | {"after night": c.night, "share right": c.rate.value, "n": c.rate.n}
        for c in cells(reports)
    ]
