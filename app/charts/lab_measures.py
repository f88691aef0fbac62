"""Gain and cost of several runs on the same facts, in columns that share one scale."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.charts.side_effects import rows as costs
from app.theme import CONDITION_COLORS, FAINT_INK, empty_figure, escape_label, template
from app.words import SHARE_AXIS, error_arms, interval_words, rate_row, rate_words
from core.lab import Run
from core.measured import Rate

TITLE = "Gain and cost, side by side"
QUESTION = "On the same facts, which way of sleeping keeps more, and which loses less?"
NOTHING = "Nothing was run yet. Start the runs and they appear here, column by column."

Runs = Sequence[tuple[str, Run]]


def rows(run: Run) -> list[tuple[str, Rate | None, Rate, str]]:
    """(name, before, after, which way is good). The gain is asked of all facts after the last night."""
    gain = ("the facts it was told", run.recall("amnesia"), run.recall("slept"), "more is better")
    return [gain, *((row.short, row.before, row.after, row.good) for row in costs(run.reports[-1])[1:])]


def figure(runs: Runs, dark: bool = True) -> go.Figure:
    """A column of dots with Wilson 95 % intervals per run; all columns have the same axes and move together."""
    if not runs:
        return empty_figure(NOTHING, dark)
    titles = [escape_label(name) for name, _ in runs]
    fig = make_subplots(1, len(runs), shared_yaxes=True, horizontal_spacing=0.03, subplot_titles=titles)
    for column, (_, run) in enumerate(runs, 1):
        found = rows(run)
        _add_dots(fig, column, [row[:2] for row in found], "before sleep", 0.13, "amnesia", "circle-open")
        _add_dots(fig, column, [(row[0], row[2]) for row in found], "after sleep", -0.13, "slept", "star")
    fig.update_layout(template=template(dark), height=150 + 58 * len(found), hovermode="closest")
    fig.update_layout(legend=dict(y=1.12), margin_t=70)
    names = [f'{name}<br><span style="font-size:11px;color:{FAINT_INK[dark]}">{way}</span>' for name, *_, way in found]
    places = [-i for i in range(len(found))]
    fig.update_yaxes(tickvals=places, range=[0.5 + places[-1] - 1, 0.5], showgrid=False, ticklabelstandoff=6)
    fig.update_yaxes(ticktext=names, col=1)
    fig.update_xaxes(SHARE_AXIS, matches="x")
    return fig


def _add_dots(fig: go.Figure, column: int, found: list, name: str, shift: float, condition: str, symbol: str) -> None:
    shown = [(i, what, rate) for i, (what, rate) in enumerate(found) if rate and rate.value is not None]
    color = CONDITION_COLORS[condition]
    fig.add_scatter(
        x=[rate.value for _, _, rate in shown],
        y=[shift - i for i, _, _ in shown],
        mode="markers",
        name=name,
        legendgroup=name,
        showlegend=column == 1,
        marker=dict(symbol=symbol, color=color, size=12, line=dict(width=2, color=color)),
        error_x=error_arms([rate for _, _, rate in shown]) | dict(color=color),
        hovertext=[f"{what}, {name}: {rate_words(r)}<br>95 %: {interval_words(r)}" for _, what, r in shown],
        hoverinfo="text",
        row=1,
        col=column,
    )


def caption(runs: Runs) -> str:
    """The takeaway in words."""
    if not runs:
        return NOTHING
    parts = []
    for name, run in runs:
        side = run.reports[-1].side
        parts.append(
            f"{name}: {rate_words(run.recall('slept'))} of its facts' questions, false recall "
            f"{rate_words(side.false_recall)}, text drift {side.drift_nats:+.3f} nats"
        )
    return f"With an empty cache, {'; '.join(parts)}. Thin lines: 95 % intervals. Where they overlap, luck may decide."


def table(runs: Runs) -> list[dict]:
    """One row per run, measure and moment."""
    found = []
    for name, run in runs:
        for what, before, after, way in rows(run):
            moments = [("before sleep", before)] if before else []
            moments.append(("after sleep", after))
            found += [{"run": name} | rate_row(f"{what}, {moment}", rate) | {"good": way} for moment, rate in moments]
    return found
