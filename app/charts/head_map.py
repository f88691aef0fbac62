"""The attention cache by layer and head: one cell per head, over all entries or over those selected."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from app.charts.cache_map import ATTENTION, MEASURE_NAMES, Measure, missing
from app.theme import INK, color_scale, empty_figure, fact_name, ink_on, scale_color, template
from app.words import percent, plural
from core.values import CacheSnapshot

TITLE = "Head by head"
QUESTION = "Which attention heads hold these words strongly, and which of them look?"
MAX_FIGURES = 160  # cells beyond which the written values would overlap


def chosen(snapshot: CacheSnapshot, fact: int | None = None, token: int | None = None) -> tuple[np.ndarray, str]:
    """Indices of the entries that the map speaks of, and their name: one entry, one fact's, or all but the sink."""
    if token is not None and token < len(snapshot.tokens):
        return np.array([token]), f"entry {token}" if token else "the sink alone"
    own = np.flatnonzero(snapshot.fact_of_token == fact) if fact is not None else np.array([], int)
    if len(own):
        return own, f"the {plural(len(own), 'entry', 'entries')} of {fact_name(fact)}"
    rest = np.arange(1, len(snapshot.tokens))
    return rest, f"all {plural(len(rest), 'entry', 'entries')} but the sink"


def cells(
    snapshot: CacheSnapshot, measure: Measure = "key_norm", fact: int | None = None, token: int | None = None
) -> np.ndarray | None:
    """(L, H): mean length over the chosen entries, or the attention that they received together. None: not measured."""
    entries, _ = chosen(snapshot, fact, token)
    if missing(snapshot, measure) or not len(entries):
        return None
    values = np.asarray(getattr(snapshot, measure), dtype=float)[:, :, entries]
    return values.sum(axis=2) if measure in ATTENTION else values.mean(axis=2)


def figure(
    snapshot: CacheSnapshot,
    measure: Measure = "key_norm",
    dark: bool = True,
    fact: int | None = None,
    token: int | None = None,
    layer: int | None = None,
) -> go.Figure:
    """Heat map (L, H) with its values written in, the selected layer framed. A click: `customdata` = [layer, head]."""
    values = cells(snapshot, measure, fact, token)
    if values is None:
        return empty_figure(missing(snapshot, measure) or "Only the sink is in the cache.", dark)
    layers, heads = values.shape
    fig = go.Figure(layout=dict(template=template(dark), height=110 + 34 * min(layers, 16), hovermode="closest"))
    low, high = _range(values)
    # No colour bar: every cell says its value, and where there are too many of them, the hover does.
    fig.add_heatmap(
        z=values, colorscale=color_scale(dark), zmin=low, zmax=high, showscale=False, xgap=2, ygap=2, hoverinfo="skip"
    )
    _add_targets(fig, values, measure)
    if values.size <= MAX_FIGURES:
        fig.update_layout(annotations=_figures(values, measure, dark))
    if layer is not None and layer < layers:
        box = dict(x0=-0.5, x1=heads - 0.5, y0=layer - 0.5, y1=layer + 0.5)
        fig.add_shape(type="rect", **box, line=dict(color=INK[dark], width=2))
    names = [f"head {n + 1}" if heads <= 8 else str(n + 1) for n in range(heads)]
    fig.update_xaxes(
        tickvals=list(range(heads)), ticktext=names, showgrid=False, title_text="" if heads <= 8 else "head"
    )
    shown = list(range(0, layers, max(1, layers // 12)))
    fig.update_yaxes(tickvals=shown, ticktext=[f"layer {n + 1}" for n in shown], showgrid=False, ticklabelstandoff=6)
    return fig


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low, low + 1.0)


def _words(value: float, measure: Measure) -> str:
    return f"{100 * value:.1f} %" if measure in ATTENTION else f"{value:.3g}"


def _add_targets(fig: go.Figure, values: np.ndarray, measure: Measure) -> None:
    """Heat maps cannot be clicked in Streamlit: unseen markers on top take hover and click."""
    places = [(n, h) for n in range(values.shape[0]) for h in range(values.shape[1])]
    fig.add_scatter(
        x=[h for _, h in places],
        y=[n for n, _ in places],
        mode="markers",
        marker=dict(symbol="square", size=28, color="rgba(0,0,0,0)", line_width=0),
        customdata=places,
        hovertext=[f"layer {n + 1}, head {h + 1}: {_words(values[n, h], measure)}" for n, h in places],
        hoverinfo="text",
        showlegend=False,
    )


def _figures(values: np.ndarray, measure: Measure, dark: bool) -> list[dict]:
    """The value in each cell, as annotations: text that belongs to a trace fades when a cell is selected."""
    low, high = _range(values)
    return [
        dict(
            x=h,
            y=n,
            text=_words(value, measure),
            font_color=ink_on(scale_color((value - low) / (high - low), dark)),
            showarrow=False,
        )
        for (n, h), value in np.ndenumerate(values)
    ]


def caption(
    snapshot: CacheSnapshot, measure: Measure = "key_norm", fact: int | None = None, token: int | None = None
) -> str:
    """The takeaway in words; the share or size of the sink, which is left out, is stated."""
    values = cells(snapshot, measure, fact, token)
    if values is None:
        return missing(snapshot, measure) or "Only the sink is in the cache."
    _, name = chosen(snapshot, fact, token)
    layer, head = np.unravel_index(int(values.argmax()), values.shape)
    how = "received together" if measure in ATTENTION else "mean"
    top = f"The greatest {MEASURE_NAMES[measure]}: layer {layer + 1}, head {head + 1}, {_words(values.max(), measure)}."
    sink = np.asarray(getattr(snapshot, measure), dtype=float)[:, :, 0]
    if token == 0:
        return f"{MEASURE_NAMES[measure].capitalize()} of {name}. {top}"
    size = f"{sink.mean():.3g} on average"
    if measure in ATTENTION:
        size = f"it takes {percent(sink.mean())} on average, up to {percent(sink.max())} in one head"
    return (
        f"{MEASURE_NAMES[measure].capitalize()} of {name}, {how}. {top} The sink is left out of the colours ({size})."
    )


def table(
    snapshot: CacheSnapshot, measure: Measure = "key_norm", fact: int | None = None, token: int | None = None
) -> list[dict]:
    """One row per head, with the sink's value beside it."""
    values = cells(snapshot, measure, fact, token)
    if values is None:
        return []
    sink = np.asarray(getattr(snapshot, measure), dtype=float)[:, :, 0]
    return [
        {"layer": n + 1, "head": h + 1, MEASURE_NAMES[measure]: float(value), "the sink": float(sink[n, h])}
        for (n, h), value in np.ndenumerate(values)
    ]
