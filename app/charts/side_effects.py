"""What the night cost, drawn on the same scale as what it gained."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from app.theme import CONDITION_COLORS, FAINT_INK, template
from app.words import SHARE_AXIS, error_arms, interval_words, rate_row, rate_words, share_words
from core.measured import Rate, SleepReport

TITLE = "Gain and cost of the night"
QUESTION = "What did it pay for the new facts: did it lose old ones, or start making things up?"

AWAKE, BEFORE, AFTER = "awake", "amnesia", "slept"  # each moment has its condition's colour


class Row(NamedTuple):
    """One rate at the moments at which it was asked. `before` and `after` the night the cache is empty."""

    name: str
    short: str
    before: Rate | None
    after: Rate
    good: str  # which way is good
    awake: Rate | None = None  # with the whole day in the cache


def rows(report: SleepReport) -> list[Row]:
    """The gain comes first, on the same axis as the costs."""
    side = report.side
    gained = report.recall("amnesia"), report.recall("slept")
    return [
        Row("The gain: tonight's facts", "tonight's facts", *gained, "more is better"),
        Row("What it always knew", "what it always knew", side.deep_past_before, side.deep_past, "should stay"),
        Row("Neighbours answered as before", "neighbours answered as before", None, side.locality, "more is better"),
        Row("Never told: says 'I do not know'", "says it does not know", None, side.unknown, "more is better"),
        Row(
            "Never told: gives another fact's answer",
            "false recall",
            None,
            side.false_recall,
            "less is better",
            side.false_recall_awake if side.false_recall_awake.n else None,
        ),
    ]


def figure(report: SleepReport, dark: bool = True) -> go.Figure:
    """Dots with Wilson 95 % intervals on 0 to 100 %; a hollow circle is the evening before."""
    found = rows(report)
    fig = go.Figure(layout=dict(template=template(dark), height=96 + 66 * len(found), hovermode="closest"))
    # Earlier sits a little above later: when nothing changed, both stay visible.
    _add_dots(fig, found, [row.awake for row in found], "awake, full cache", 0.13, AWAKE, "diamond-open")
    _add_dots(fig, found, [row.before for row in found], "before sleep", 0.13, BEFORE, "circle-open")
    _add_dots(fig, found, [row.after for row in found], "after sleep", -0.13, AFTER, "star")
    names = [_row_name(row, dark) for row in found]
    fig.update_yaxes(
        tickvals=[-i for i in range(len(found))],
        ticktext=names,
        range=[0.55 - len(found), 0.5],
        ticklabelstandoff=6,
        showgrid=False,
    )
    fig.update_xaxes(SHARE_AXIS, title_text="share of answers")
    return fig


def _row_name(row: Row, dark: bool) -> str:
    """Name, figures and which way is good, in three lines: here a narrow screen cannot cut them."""
    earlier = f"{share_words(row.before.value)} → " if row.before else ""
    earlier = f"awake {share_words(row.awake.value)} → " if row.awake else earlier
    faint = f'<span style="font-size:11px;color:{FAINT_INK[dark]}">{row.good}</span>'
    return f"{row.name}<br><b>{earlier}{rate_words(row.after)}</b><br>{faint}"


def _add_dots(
    fig: go.Figure, found: list[Row], rates: list[Rate | None], name: str, shift: float, condition: str, symbol: str
) -> None:
    shown = [(i, row, rate) for i, (row, rate) in enumerate(zip(found, rates, strict=True)) if rate and rate.n]
    if not shown:
        return
    color = CONDITION_COLORS[condition]
    fig.add_scatter(
        x=[rate.value for _, _, rate in shown],
        y=[(shift if row.before or row.awake else 0) - i for i, row, _ in shown],
        mode="markers",
        name=name,
        marker=dict(symbol=symbol, color=color, size=12, line=dict(width=2, color=color)),
        error_x=error_arms([rate for _, _, rate in shown]) | dict(color=color),
        hovertext=[f"{row.name}, {name}: {rate_words(r)}<br>95 %: {interval_words(r)}" for _, row, r in shown],
        hoverinfo="text",
    )


def caption(report: SleepReport) -> str:
    """The takeaway in words, with the two costs that are not shares: drift and KL, in nats per token."""
    side = report.side
    gain = f"from {rate_words(report.recall('amnesia'))} to {rate_words(report.recall('slept'))}"
    past = f"from {rate_words(side.deep_past_before)} to {rate_words(side.deep_past)}"
    return (
        f"Tonight's facts went {gain}. What it knew before it met you went {past}. "
        f"Asked about things never told, it says it does not know: {rate_words(side.unknown)}; "
        f"it gives an answer that was told for something else: {rate_words(side.false_recall)}{_while_awake(side.false_recall_awake)}; "
        f"it answers as it did before the night: {rate_words(side.locality)}. "
        f"On unrelated text its surprise changed by {side.drift_nats:+.4f} nats per token, "
        f"and its predictions moved by {side.kl_to_base:.4f} nats per token (KL) from the untouched model. "
        "Thin lines: 95 % intervals."
    )


def _while_awake(rate: Rate) -> str:
    return f" (in the evening, with the day in its cache: {rate_words(rate)})" if rate.n else ""


def table(report: SleepReport) -> list[dict]:
    """One row per rate and moment, then the two measures in nats."""
    found = []
    for row in rows(report):
        found += [rate_row(f"{row.name}, awake", row.awake)] if row.awake else []
        found += [rate_row(f"{row.name}, before sleep", row.before)] if row.before else []
        found.append(rate_row(f"{row.name}, after sleep", row.after) | {"good": row.good})
    empty = {"right": None, "n": None, "low": None, "high": None}
    nats = {
        "drift, nats per token": report.side.drift_nats,
        "KL to base, nats per token": report.side.kl_to_base,
    }
    return found + [{"what": name, "share": None, "nats": value} | empty for name, value in nats.items()]
