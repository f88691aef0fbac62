"""The attention cache as a map: one row per layer, one column per cached token, mean over the heads."""

from __future__ import annotations

from typing import Literal

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.theme import (
    FAINT_INK,
    GRID,
    INK,
    color_scale,
    empty_figure,
    escape_label,
    fact_color,
    fact_name,
    show_token,
    template,
)
from app.words import percent, plural
from core.values import CacheSnapshot, Trace

TITLE = "What it holds in mind"
QUESTION = "Which words is the model holding right now, and where do they weigh most?"

Measure = Literal["key_norm", "value_norm", "attention_received", "answer_attention"]
MEASURE_NAMES = {
    "key_norm": "key length",
    "value_norm": "value length",
    "attention_received": "attention from the question",
    "answer_attention": "attention from the answer",
}
MEASURE_MEANINGS = {
    "key_norm": "how long the entry's key vector is: the tag that questions are matched against",
    "value_norm": "how long the entry's value vector is: the content that is handed on when it is looked at",
    "attention_received": "what share of its attention the last question paid to the entry",
    "answer_attention": "what share of its attention the model paid to the entry while it wrote the last answer",
}
ATTENTION = ("attention_received", "answer_attention")
MAX_LABELS = 60  # beyond this the words would overlap; the hover and the token strip still show them
NOTHING = "The cache is empty. Tell the model a fact and it appears here."
NOT_ASKED = "Nothing was asked yet. Ask a question and see which words it looks at."


def layer_map(snapshot: CacheSnapshot, measure: Measure = "key_norm") -> np.ndarray | None:
    """Mean over heads, (L, T); None when the measure was not taken."""
    values = getattr(snapshot, measure)
    return None if values is None else np.asarray(values, dtype=float).mean(axis=1)


def color_range(values: np.ndarray) -> tuple[float, float]:
    """Least and greatest of (..., T) without entry 0: the sink dwarfs the rest and would wash it out."""
    rest = values[..., 1:]
    if rest.size == 0:
        return 0.0, 1.0
    low, high = float(rest.min()), float(rest.max())
    return (low, high) if high > low else (low, low + 1.0)


def missing(snapshot: CacheSnapshot, measure: Measure) -> str | None:
    if not snapshot.tokens:
        return NOTHING
    return NOT_ASKED if layer_map(snapshot, measure) is None else None


def _hovers(snapshot: CacheSnapshot, values: np.ndarray) -> list[list[str]]:
    """Escaped hover text, (L, T). Typed text goes in here, never into a hover template."""
    names = [
        f"entry {i}: {escape_label(show_token(token))}<br>{fact_name(int(fact)) if i else 'the sink'}"
        for i, (token, fact) in enumerate(zip(snapshot.tokens, snapshot.fact_of_token, strict=True))
    ]
    return [
        [f"{name}<br>layer {n + 1}: {v:.3g}" for name, v in zip(names, row, strict=True)]
        for n, row in enumerate(values)
    ]


def figure(
    snapshot: CacheSnapshot,
    measure: Measure = "key_norm",
    dark: bool = True,
    fact: int | None = None,
    token: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Heat map (L, T) over a strip of fact colours, the selection framed. Click on the strip: `customdata` = [token]."""
    if message := missing(snapshot, measure):
        return empty_figure(message, dark)
    values = layer_map(snapshot, measure)  # (L, T)
    layers, count = values.shape
    height = 150 + 34 * min(layers, 16)
    fig = make_subplots(2, 1, shared_xaxes=True, vertical_spacing=0.025, row_heights=[1 - 20 / height, 20 / height])
    _add_map(fig, snapshot, values, measure, dark)
    _add_strip(fig, snapshot)
    _frame_selection(fig, snapshot, layers, fact, token, layer, dark)
    fig.update_layout(template=template(dark), height=height, showlegend=False, bargap=0, hovermode="closest")
    fig.update_xaxes(range=[-0.5, count - 0.5], showgrid=False, showticklabels=False, row=1)
    fig.update_xaxes(**_ticks(snapshot), range=[-0.5, count - 0.5], showgrid=False, row=2)
    step = max(1, layers // 12)
    shown = list(range(0, layers, step))
    fig.update_yaxes(
        tickvals=shown, ticktext=[f"layer {n + 1}" for n in shown], showgrid=False, ticklabelstandoff=6, row=1
    )
    fig.update_yaxes(visible=False, range=[0, 1], row=2)
    return fig


def _add_map(fig: go.Figure, snapshot: CacheSnapshot, values: np.ndarray, measure: Measure, dark: bool) -> None:
    hovers = _hovers(snapshot, values)
    low, high = color_range(values)
    shown = values.copy()
    shown[:, 0] = np.nan  # the sink is drawn by its own flat grey trace below
    bar = dict(title=dict(text=MEASURE_NAMES[measure], side="right", font_size=13), thickness=12, outlinewidth=0)
    if measure in ATTENTION:
        bar["tickformat"] = ".0%"
    scale = dict(colorscale=color_scale(dark), zmin=low, zmax=high, colorbar=bar)
    common = dict(text=hovers, hoverinfo="text", xgap=1, ygap=1)
    fig.add_heatmap(z=shown, hoverongaps=False, **scale, **common, row=1, col=1)
    sink = np.full_like(values, np.nan)
    sink[:, 0] = 0
    flat = [[0, GRID[dark]], [1, GRID[dark]]]
    fig.add_heatmap(z=sink, colorscale=flat, showscale=False, hoverongaps=False, **common, row=1, col=1)
    if values.shape[1] > MAX_LABELS:
        return  # the column is too narrow for a word
    middle = (values.shape[0] - 1) / 2
    note = dict(text="sink", textangle=-90, showarrow=False, font=dict(size=11, color=FAINT_INK[dark]))
    fig.add_annotation(x=0, y=middle, **note, row=1, col=1)


def _add_strip(fig: go.Figure, snapshot: CacheSnapshot) -> None:
    facts = [int(f) for f in snapshot.fact_of_token]
    names = [f"entry {i}: {escape_label(show_token(t))}" for i, t in enumerate(snapshot.tokens)]
    hover = [
        f"{name}<br>{fact_name(f) if i else 'the sink'}" for i, (name, f) in enumerate(zip(names, facts, strict=True))
    ]
    fig.add_bar(
        x=list(range(len(facts))),
        y=[1] * len(facts),
        width=1,
        marker=dict(color=[fact_color(f) for f in facts], line_width=0),
        customdata=[[i] for i in range(len(facts))],
        hovertext=hover,
        hoverinfo="text",
        unselected_marker_opacity=1,
        row=2,
        col=1,
    )


def _frame_selection(
    fig: go.Figure,
    snapshot: CacheSnapshot,
    layers: int,
    fact: int | None,
    token: int | None,
    layer: int | None,
    dark: bool,
) -> None:
    """Frames around the selected fact's columns, the selected entry's column and the selected layer's row."""
    count = len(snapshot.tokens)
    own = np.flatnonzero(snapshot.fact_of_token == fact) if fact is not None else []
    spans = [(own[0], own[-1], 0, layers - 1, fact_color(fact))] if len(own) else []
    spans += [(token, token, 0, layers - 1, INK[dark])] if token is not None and token < count else []
    spans += [(0, count - 1, layer, layer, INK[dark])] if layer is not None and layer < layers else []
    for left, right, low, high, color in spans:
        box = dict(x0=left - 0.5, x1=right + 0.5, y0=low - 0.5, y1=high + 0.5)
        fig.add_shape(type="rect", **box, line=dict(color=color, width=2), row=1, col=1)


def _ticks(snapshot: CacheSnapshot) -> dict[str, object]:
    """Words as ticks at integer positions: as categories, repeated words would fall into one column."""
    count = len(snapshot.tokens)
    if count > MAX_LABELS:
        return dict(title="entry of the cache", nticks=12)
    words = [escape_label(show_token(token).strip()) for token in snapshot.tokens]
    return dict(tickvals=list(range(count)), ticktext=words, tickangle=-60 if count > 12 else 0)


def caption(snapshot: CacheSnapshot, measure: Measure = "key_norm") -> str:
    """The takeaway in words."""
    if message := missing(snapshot, measure):
        return message
    values = layer_map(snapshot, measure)  # (L, T)
    layers, count = values.shape
    opening = f"{plural(count, 'entry', 'entries')} in {plural(layers, 'layer')}, mean over the heads"
    sink = f"Entry 0, the sink, is grey and left out of the colour scale ({values[:, 0].mean():.3g} on average)."
    if measure in ATTENTION:
        sink = "Entry 0, the sink, is grey and left out of the colour scale."
    if count == 1:
        return f"{opening}. {sink}"
    if measure in ATTENTION:
        who = "question" if measure == "attention_received" else "answer"
        return f"{opening}. {_attention_words(snapshot, values, who)} {sink}"
    layer, entry = np.unravel_index(int(values[:, 1:].argmax()), (layers, count - 1))
    whose = fact_name(int(snapshot.fact_of_token[entry + 1]))
    where = f"entry {entry + 1} ({whose}) in layer {layer + 1}"
    peak = f"The greatest {MEASURE_NAMES[measure]} is {values[layer, entry + 1]:.3g}: {where}."
    return f"{opening}. {peak} {sink}"


def _attention_words(snapshot: CacheSnapshot, values: np.ndarray, who: str) -> str:
    """Where the question or its answer looked, by fact, averaged over layers."""
    read = Trace(snapshot.tokens, snapshot.fact_of_token, values.mean(axis=0))
    by_fact = read.by_fact
    if not by_fact:
        return "No entry belongs to a fact."
    top, share = next(iter(by_fact.items()))
    rest = sum(by_fact.values()) - share
    others = f", {percent(rest)} to the other facts together" if len(by_fact) > 1 else ""
    itself = "itself" if who == "question" else "the question and itself"
    return (
        f"The {who} paid {percent(share)} of its attention to {fact_name(top)}{others}, "
        f"{percent(read.sink)} to the sink and {percent(read.itself)} to {itself}."
    )


def table(snapshot: CacheSnapshot, measure: Measure = "key_norm") -> list[dict]:
    """One row per entry: token, fact, mean over layers, and each layer's value."""
    if missing(snapshot, measure):
        return []
    values = layer_map(snapshot, measure)  # (L, T)
    return [
        {"entry": i, "token": token, "fact": fact_name(int(snapshot.fact_of_token[i])) if i else "sink"}
        | {"mean": float(values[:, i].mean())}
        | {f"layer {n + 1}": float(v) for n, v in enumerate(values[:, i])}
        for i, token in enumerate(snapshot.tokens)
    ]
