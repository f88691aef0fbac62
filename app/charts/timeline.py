"""A life as days and nights: what was told by day, what each night kept, and which nights are switched off."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.theme import CONDITION_COLORS, FAINT_INK, INK, empty_figure, label, template
from app.words import hits, plural, rate_words, series
from core.retention import NightCard

TITLE = "Days and nights"
QUESTION = "What was this life so far?"

DAY, NIGHT = 1.0, 0.0  # heights
MANY = 16  # above this the words under the marks no longer fit; hovering shows them
NOTHING = "No night yet. Every day and every night gets its mark here."


def is_on(night: NightCard) -> bool:
    return night.dose != 0


def figure(nights: Sequence[NightCard], dark: bool = True, night: int | None = None) -> go.Figure:
    """A line that rises to each day and sinks to each night; hollow marks are nights that are switched off.

    `night` is framed. A click on a night: `customdata` = [NightCard.number].
    """
    if not nights:
        return empty_figure(NOTHING, dark)
    fig = go.Figure(layout=dict(template=template(dark), height=230, hovermode="closest"))
    xs = [x for n in range(len(nights)) for x in (n, n + 0.5)] + [len(nights)]
    ys = [DAY, NIGHT] * len(nights) + [DAY]
    fig.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line=dict(color=FAINT_INK[dark], width=1, shape="spline"),
        hoverinfo="skip",
        showlegend=False,
    )
    words = len(nights) <= MANY
    _add_days(fig, nights, words, dark)
    for on, name in ((True, "night"), (False, "night, switched off")):
        _add_nights(fig, nights, on, name, words, dark)
    for place in (i + 0.5 for i, card in enumerate(nights) if card.number == night):
        fig.add_shape(
            type="rect", x0=place - 0.3, x1=place + 0.3, y0=-0.72, y1=0.3, line=dict(color=INK[dark], width=1)
        )
    fig.update_xaxes(visible=False, range=[-0.4, len(nights) + 0.4])
    fig.update_yaxes(visible=False, range=[-0.75, 1.55])
    return fig


def _add_days(fig: go.Figure, nights: Sequence[NightCard], words: bool, dark: bool) -> None:
    names = [f"day {night.number}" for night in nights] + ["today"]
    told = [plural(night.facts, "fact") + " told" for night in nights] + ["awake"]
    fig.add_scatter(
        x=list(range(len(names))),
        y=[DAY] * len(names),
        mode="markers+text" if words else "markers",
        name="day",
        text=[f"{name}<br>{what}" for name, what in zip(names, told, strict=True)] if words else None,
        textposition="top center",
        marker=dict(symbol="circle", size=15, color=CONDITION_COLORS["awake"], line=dict(width=0)),
        textfont=dict(color=INK[dark]),
        hovertext=[f"{name}: {what}" for name, what in zip(names, told, strict=True)],
        hoverinfo="text",
    )


def _add_nights(fig: go.Figure, nights: Sequence[NightCard], on: bool, name: str, words: bool, dark: bool) -> None:
    places = [i for i, night in enumerate(nights) if is_on(night) == on]
    shown = [nights[i] for i in places]
    if not shown:
        return
    color = CONDITION_COLORS["slept"]
    fig.add_scatter(
        x=[i + 0.5 for i in places],
        y=[NIGHT] * len(shown),
        mode="markers+text" if words else "markers",
        name=name,
        text=[_under(night) for night in shown],
        textposition="bottom center",
        textfont=dict(color=INK[dark]),
        marker=dict(symbol="star" if on else "star-open", size=18, color=color, line=dict(width=2, color=color)),
        customdata=[[night.number] for night in shown],
        unselected_marker_opacity=1,
        hovertext=[
            f"night {night.number}{': ' + label(night.title) if night.title else ''}<br>kept {rate_words(night.learned)}"
            f"<br>recipe {label(night.recipe)}, dose {night.dose:g}"
            for night in shown
        ],
        hoverinfo="text",
    )


def _under(night: NightCard) -> str:
    name = label(night.title, 14) if night.title else f"night {night.number}"
    kept = f"kept {hits(night.learned)} of {night.learned.n}" if night.learned.n else "not asked"
    return f"{name}<br>{kept if is_on(night) else 'off'}"


def caption(nights: Sequence[NightCard]) -> str:
    """The takeaway in words."""
    if not nights:
        return NOTHING
    off = [f"night {night.number}" for night in nights if not is_on(night)]
    gone = sorted(set(range(1, nights[-1].number)) - {night.number for night in nights})
    undone = f" Taken back for good: {series([f'night {n}' for n in gone])}." if gone else ""
    return (
        f"{plural(len(nights), 'night')} and {plural(sum(n.facts for n in nights), 'fact')} told by day. Switched off: "
        f"{series(off) or 'none'}.{undone} Kept means: answered the morning after, with an empty cache."
    )


def table(nights: Sequence[NightCard]) -> list[dict]:
    """One row per night."""
    return [
        {
            "night": n.number,
            "name": n.title,
            "facts told": n.facts,
            "kept, the morning after": n.learned.value,
            "questions": n.learned.n,
            "dose": n.dose,
            "recipe": n.recipe,
        }
        for n in nights
    ]
