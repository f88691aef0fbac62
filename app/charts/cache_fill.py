"""How full the attention cache is: the app's measure of 'sleep pressure'."""

from __future__ import annotations

import plotly.graph_objects as go

from app.theme import GRID, SURFACE, fact_color, fact_name, template
from app.words import bytes_words, percent, plural
from core.values import CacheSnapshot

TITLE = "Sleep pressure"
QUESTION = "How full is its short-term memory, and which facts take the room?"


def entries_by_fact(snapshot: CacheSnapshot) -> dict[int, int]:
    """Fact.number -> entries it takes, in the order heard; -1 is the sink and the like."""
    counts: dict[int, int] = {}
    for fact in snapshot.fact_of_token:
        counts[int(fact)] = counts.get(int(fact), 0) + 1
    return counts


def figure(snapshot: CacheSnapshot, dark: bool = True) -> go.Figure:
    """One bar, as long as the cache is large, filled from the left by each fact's entries."""
    used, capacity = len(snapshot.tokens), max(snapshot.capacity, len(snapshot.tokens), 1)
    fig = go.Figure(layout=dict(template=template(dark), height=110, barmode="stack", showlegend=False))
    for fact, count in entries_by_fact(snapshot).items():
        name = fact_name(fact) if fact >= 0 else "the sink and others"
        hover = f"{name}<br>{plural(count, 'entry', 'entries')}"
        _add_piece(fig, count, fact_color(fact), hover, dark)
    if capacity > used:
        _add_piece(fig, capacity - used, SURFACE[dark], f"{capacity - used} entries free", dark)
    fig.update_xaxes(range=[0, capacity], showgrid=False)
    fig.update_yaxes(visible=False)
    text = f"<b>{used}</b> of {capacity} entries · {bytes_words(snapshot.bytes)}"
    fig.add_annotation(
        x=0, y=1.02, xref="paper", yref="paper", text=text, showarrow=False, xanchor="left", yanchor="bottom"
    )
    fig.update_layout(margin=dict(t=30))
    return fig


def _add_piece(fig: go.Figure, count: int, color: str, hover: str, dark: bool) -> None:
    fig.add_bar(
        x=[count],
        y=[0],
        orientation="h",
        marker=dict(color=color, line=dict(color=GRID[dark], width=1)),
        hovertext=hover,
        hoverinfo="text",
    )


def caption(snapshot: CacheSnapshot) -> str:
    """The takeaway in words."""
    used, capacity = len(snapshot.tokens), snapshot.capacity
    if not used:
        return f"No sleep pressure: 0 of {capacity} entries of the cache are taken. Nothing is held in mind."
    facts = sum(1 for fact in entries_by_fact(snapshot) if fact >= 0)
    share = percent(used / capacity) if capacity else "all"
    taken = f"{used} of {capacity} entries of the cache are taken, {bytes_words(snapshot.bytes)}"
    return (
        f"Sleep pressure {share}: {taken}, by {plural(facts, 'fact')}. It grows with all that the model hears. "
        "At 100 % nothing new can be heard before it sleeps or forgets."
    )


def table(snapshot: CacheSnapshot) -> list[dict]:
    """One row per fact, then what is free."""
    rows = [
        {"what": fact_name(fact) if fact >= 0 else "sink and others", "entries": count}
        for fact, count in entries_by_fact(snapshot).items()
    ]
    return [*rows, {"what": "free", "entries": max(0, snapshot.capacity - len(snapshot.tokens))}]
