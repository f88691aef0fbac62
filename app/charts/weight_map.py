"""Where the night was written: the relative change of every MLP matrix in every layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.theme import FAINT_INK, INK, color_scale, empty_figure, escape_label, ink_on, scale_color, template
from app.words import plural
from core.measured import MatrixDelta

TITLE = "Where the night was written"
QUESTION = "Which weights did sleep change, and by how much?"

# Fixed for every night and model, so that two nights can be compared by eye.
LOW, HIGH = 1e-4, 1.0
NOTHING = "No night yet. After a sleep, the changed weights show here."


def grid(deltas: Sequence[MatrixDelta]) -> tuple[list[int], list[str], np.ndarray]:
    """Layers ascending, matrices as first seen, relative change (layers, matrices); NaN: not measured."""
    layers = sorted({d.layer for d in deltas})
    matrices = list(dict.fromkeys(d.matrix for d in deltas))
    values = np.full((len(layers), len(matrices)), np.nan)
    for d in deltas:
        values[layers.index(d.layer), matrices.index(d.matrix)] = d.relative
    return layers, matrices, values


def figure(deltas: Sequence[MatrixDelta], dark: bool = True, place: tuple[int | None, str] = (None, "")) -> go.Figure:
    """Heat map (layers, matrices), log scale 1e-4 to 1. `place`, a (layer, matrix), is framed.

    A click carries `customdata` [layer, matrix].
    """
    if not deltas:
        return empty_figure(NOTHING, dark)
    layers, matrices, values = grid(deltas)
    seen = np.where(values > 0, values, np.nan)  # an exact zero stays blank: it has no place on a log scale
    ticks = [1e-4, 1e-3, 1e-2, 1e-1, 1]
    bar = dict(
        title=dict(text="relative change", side="right", font_size=13),
        tickvals=np.log10(ticks).tolist(),
        ticktext=["0.01 %", "0.1 %", "1 %", "10 %", "100 %"],
        thickness=12,
        outlinewidth=0,
    )
    fig = go.Figure(layout=dict(template=template(dark), height=100 + 36 * len(layers), hovermode="closest"))
    z = np.log10(np.clip(seen, LOW, HIGH))
    scale = dict(colorscale=color_scale(dark), zmin=np.log10(LOW), zmax=np.log10(HIGH), colorbar=bar)
    fig.add_heatmap(z=z, **scale, xgap=2, ygap=2, hoverinfo="skip")
    _add_cells(fig, deltas, layers, matrices)
    fig.update_layout(annotations=_figures(deltas, layers, matrices, dark))
    if place[0] in layers and place[1] in matrices:
        x, y = matrices.index(place[1]), layers.index(place[0])
        box = dict(x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5)
        fig.add_shape(type="rect", **box, line=dict(color=INK[dark], width=2))
    fig.update_xaxes(tickvals=list(range(len(matrices))), ticktext=[escape_label(m) for m in matrices], showgrid=False)
    fig.update_yaxes(
        tickvals=list(range(len(layers))),
        ticktext=[f"layer {n + 1}" for n in layers],
        showgrid=False,
        ticklabelstandoff=6,
    )
    return fig


def _short(value: float) -> str:
    """0.0312 -> '3.1 %'; an exact zero -> '0'."""
    if value == 0:
        return "0"
    return f"{100 * value:.2g} %" if value < 0.995 else f"{100 * value:.0f} %"


def _ink(value: float, dark: bool) -> str:
    """Ink that reads on the cell's colour."""
    if value == 0:
        return FAINT_INK[dark]
    share = (np.log10(min(max(value, LOW), HIGH)) - np.log10(LOW)) / np.log10(HIGH / LOW)
    return ink_on(scale_color(float(share), dark))


def _add_cells(fig: go.Figure, deltas: Sequence[MatrixDelta], layers: list[int], matrices: list[str]) -> None:
    """Heat maps cannot be clicked in Streamlit: unseen markers on top take hover and click."""
    fig.add_scatter(
        x=[matrices.index(d.matrix) for d in deltas],
        y=[layers.index(d.layer) for d in deltas],
        mode="markers",
        marker=dict(symbol="square", size=30, color="rgba(0,0,0,0)", line_width=0),
        customdata=[[d.layer, d.matrix] for d in deltas],
        hovertext=[
            f"layer {d.layer + 1}, {escape_label(d.matrix)}<br>norm of the change {d.norm:.4g}"
            f"<br>{100 * d.relative:.3g} % of the frozen matrix"
            for d in deltas
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _figures(deltas: Sequence[MatrixDelta], layers: list[int], matrices: list[str], dark: bool) -> list[dict]:
    """The value in each cell, as annotations: text that belongs to a trace fades when a cell is selected."""
    return [
        dict(
            x=matrices.index(d.matrix),
            y=layers.index(d.layer),
            text=_short(d.relative),
            font_color=_ink(d.relative, dark),
            showarrow=False,
        )
        for d in deltas
    ]


def caption(deltas: Sequence[MatrixDelta]) -> str:
    """The takeaway in words."""
    if not deltas:
        return NOTHING
    changed = [d for d in deltas if d.relative > 0]
    if not changed:
        return f"None of the {len(deltas)} matrices changed."
    top, least = max(changed, key=lambda d: d.relative), min(changed, key=lambda d: d.relative)
    same = len(deltas) - len(changed)
    return (
        f"{len(changed)} of {plural(len(deltas), 'matrix', 'matrices')} changed; {same} stayed exactly "
        f"the same (blank, marked 0). The most: {top.matrix} in layer {top.layer + 1}, "
        f"by {100 * top.relative:.3g} % of its size; the least of those changed: {least.matrix} in layer "
        f"{least.layer + 1}, by {100 * least.relative:.3g} %. "
        "The colour scale is logarithmic and the same for every night, from 0.01 % to 100 %."
    )


def table(deltas: Sequence[MatrixDelta]) -> list[dict]:
    """One row per matrix."""
    return [{"layer": d.layer + 1, "matrix": d.matrix, "norm": d.norm, "relative": d.relative} for d in deltas]
