"""What the night cost, drawn on the same scale as what it gained."""

from __future__ import annotations

import plotly.graph_objects as go

from app.charts._words import SHARE_AXIS, error_arms, interval_words, percent, rate_row, rate_words
from app.theme import CONDITION_COLORS, FAINT_INK, template
from core.values import Rate, SleepReport

TITLE = "Gain and cost of the night"
QUESTION = "What did it pay for the new facts: did it lose old ones, or start making things up?"

BEFORE, AFTER = "amnesia", "slept"  # the two moments share these conditions' colours and shapes


def rows(report: SleepReport) -> list[tuple[str, str, Rate | None, Rate, str]]:
    """(name, short name, before, after, which way is good). The gain comes first, on the same axis."""
    side = report.side
    return [
        (
            "The gain: tonight's facts",
            "tonight's facts",
            report.recall("amnesia"),
            report.recall("slept"),
            "more is better",
        ),
        ("What it always knew", "what it always knew", side.deep_past_before, side.deep_past, "should stay"),
        (
            "Neighbours answered as before",
            "neighbours answered as before",
            None,
            side.locality,
            "more is better",
        ),
        ("Never told: says 'I do not know'", "says it does not know", None, side.unknown, "more is better"),
        (
            "Never told: gives another fact's answer",
            "false recall",
            None,
            side.false_recall,
            "less is better",
        ),
    ]


def figure(report: SleepReport, dark: bool = True) -> go.Figure:
    """Dots with Wilson 95 % intervals on 0 to 100 %; a hollow circle is the evening before."""
    found = rows(report)
    fig = go.Figure(layout=dict(template=template(dark), height=96 + 66 * len(found), hovermode="closest"))
    # Before sits a little above after: when nothing changed, both stay visible.
    _add_dots(fig, found, 2, "before sleep", 0.13, BEFORE, "circle-open")
    _add_dots(fig, found, 3, "after sleep", -0.13, AFTER, "star")
    names = [_row_name(*row, dark) for row in found]
    fig.update_yaxes(
        tickvals=[-i for i in range(len(found))],
        ticktext=names,
        range=[0.55 - len(found), 0.5],
        ticklabelstandoff=6,
        showgrid=False,
    )
    fig.update_xaxes(SHARE_AXIS, title_text="share of answers")
    return fig


def _row_name(name: str, _: str, before: Rate | None, after: Rate, way: str, dark: bool) -> str:
    """Name, figures and which way is good, in three lines: here a narrow screen cannot cut them."""
    figures = (f"{percent(before.value)} → " if before else "") + rate_words(after)
    return f'{name}<br><b>{figures}</b><br><span style="font-size:11px;color:{FAINT_INK[dark]}">{way}</span>'


def _add_dots(fig, found: list, column: int, name: str, shift: float, condition: str, symbol: str) -> None:
    shown = [(i, row[0], row[column]) for i, row in enumerate(found) if row[column] and row[column].value is not None]
    color = CONDITION_COLORS[condition]
    fig.add_scatter(
        x=[rate.value for _, _, rate in shown],
        y=[(shift if found[i][2] else 0) - i for i, _, _ in shown],
        mode="markers",
        name=name,
        marker=dict(symbol=symbol, color=color, size=12, line=dict(width=2, color=color)),
        error_x=error_arms([rate for _, _, rate in shown]) | dict(color=color),
        hovertext=[f"{what}, {name}: {rate_words(r)}<br>95 %: {interval_words(r)}" for _, what, r in shown],
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
        f"it gives an answer that was told for something else: {rate_words(side.false_recall)}; "
        f"it answers as it did before the night: {rate_words(side.locality)}. "
        f"On unrelated text its surprise changed by {side.drift_nats:+.4f} nats per token, "
        f"and its predictions moved by {side.kl_to_base:.4f} nats per token (KL) from the untouched model. "
        "Thin lines: 95 % intervals."
    )


def table(report: SleepReport) -> list[dict]:
    """One row per rate and moment, then the two measures in nats."""
    found = []
    for _, name, before, after, way in rows(report):
        found += [rate_row(f"{name}, before sleep", before)] if before else []
        found.append(rate_row(f"{name}, after sleep", after) | {"good": way})
    empty = {"right": None, "n": None, "low": None, "high": None}
    nats = {
        "drift, nats per token": report.side.drift_nats,
        "KL to base, nats per token": report.side.kl_to_base,
    }
    return found + [{"what": name, "share": None, "nats": value} | empty for name, value in nats.items()]
