"""The stages of one sleep against the clock, drawn like the chart of a sleep laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from app.theme import FAINT_INK, PRIMARY, empty_figure, template
from app.words import percent, plural
from core.values import SleepStep, Stage

TITLE = "The night, stage by stage"
QUESTION = "What was it doing at each moment of its sleep?"

# Waking at the top, writing into the weights at the bottom, as in a human hypnogram. The order is our choice.
# A stage that this night did not have gets no row.
STAGES: tuple[Stage, ...] = ("exam", "read out", "dream", "select", "rehearse", "seed", "gate")
STAGE_NAMES = {
    "exam": "exam",
    "read out": "reading its cache out",
    "dream": "dreaming",
    "select": "choosing dreams",
    "rehearse": "rehearsing the past",
    "seed": "writing into weights",
    "gate": "judged at the gate",
}
NOTHING = "It is not asleep yet. The stages appear here as they happen."


class Span(NamedTuple):
    stage: Stage
    start: float  # seconds since the sleep began
    end: float


def spans(steps: Sequence[SleepStep]) -> list[Span]:
    """Ticks as spans without gaps.

    A tick is sent when a piece of work is done, so the time before it is its own. Only a tick of index 0
    opens its stage: the time before that still belongs to the stage that went before.
    """
    found: list[Span] = []
    clock = 0.0
    for step in steps:
        end = max(clock, step.seconds)
        stage = found[-1].stage if found and step.index == 0 else step.stage
        _extend(found, stage, clock, end)
        if stage != step.stage:
            _extend(found, step.stage, end, end)
        clock = end
    return found


def _extend(found: list[Span], stage: Stage, start: float, end: float) -> None:
    if found and found[-1].stage == stage:
        found[-1] = found[-1]._replace(end=end)
    else:
        found.append(Span(stage, start, end))


def figure(steps: Sequence[SleepStep], dark: bool = True) -> go.Figure:
    """A step line through the stages. Its rows name them; colours belong to facts."""
    found = spans(steps)
    if not found:
        return empty_figure(NOTHING, dark)
    rows = [stage for stage in STAGES if any(s.stage == stage for s in found)]
    fig = go.Figure(layout=dict(template=template(dark), height=280, showlegend=False, hovermode="closest"))
    xs = [x for s in found for x in (s.start, s.end)]
    ys = [y for s in found for y in [-rows.index(s.stage)] * 2]
    fig.add_scatter(x=xs, y=ys, mode="lines", line=dict(color=FAINT_INK[dark], width=1.2), hoverinfo="skip")
    for s in found:
        fig.add_scatter(
            x=[s.start, (s.start + s.end) / 2, s.end],
            y=[-rows.index(s.stage)] * 3,
            mode="lines",
            line=dict(color=PRIMARY[dark], width=9),
            hovertext=f"{STAGE_NAMES[s.stage]}<br>{s.start:.1f} to {s.end:.1f} s",
            hoverinfo="text",
        )
    fig.update_xaxes(title_text="seconds since it fell asleep", rangemode="tozero")
    places = [-i for i in range(len(rows))]
    names = [STAGE_NAMES[s] for s in rows]
    fig.update_yaxes(tickvals=places, ticktext=names, range=[places[-1] - 0.5, 0.5], ticklabelstandoff=6)
    return fig


def seconds_by_stage(steps: Sequence[SleepStep]) -> dict[Stage, float]:
    """Stage -> seconds, in the order they first came."""
    found: dict[Stage, float] = {}
    for s in spans(steps):
        found[s.stage] = found.get(s.stage, 0.0) + s.end - s.start
    return found


def caption(steps: Sequence[SleepStep]) -> str:
    """The takeaway in words."""
    if not steps:
        return NOTHING
    by_stage = seconds_by_stage(steps)
    total = sum(by_stage.values())
    longest = max(by_stage, key=by_stage.get)
    share = f" ({percent(by_stage[longest] / total)})" if total else ""
    parts = ", ".join(f"{STAGE_NAMES[s]} {seconds:.1f} s" for s, seconds in by_stage.items())
    return (
        f"{total:.1f} seconds in {plural(len(by_stage), 'stage')}: {parts}. "
        f"The longest was {STAGE_NAMES[longest]}{share}. The times are measured; the order from "
        "top to bottom is our choice, to look like the chart of a human night."
    )


def table(steps: Sequence[SleepStep]) -> list[dict]:
    """One row per unbroken span."""
    return [
        {"stage": STAGE_NAMES[s.stage], "from": s.start, "to": s.end, "seconds": s.end - s.start} for s in spans(steps)
    ]
