"""The change of one matrix, taken apart: its singular values, beside those of a random change of equal norm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.theme import INK, PRIMARY, empty_figure, escape_label, template
from app.words import plural
from core.measured import MatrixDelta

TITLE = "The shape of the change"
QUESTION = "Is this change one strong push in a single direction, or many different ones?"

NOTHING = "No change to take apart in this matrix."


def pick(deltas: Sequence[MatrixDelta], layer: int | None = None, matrix: str | None = None) -> MatrixDelta | None:
    """The chosen matrix; whatever is left open is filled by the greatest relative change."""
    fitting = [d for d in deltas if layer in (None, d.layer) and matrix in (None, d.matrix)]
    return max(fitting, key=lambda d: d.relative, default=None)


def effective_rank(values: Sequence[float]) -> float:
    """exp(entropy) of the normalised singular values (Roy & Vetterli 2007): 1 when one holds all."""
    s = np.asarray(values, dtype=float)
    s = s[s > 0]
    if s.size == 0:
        return 0.0
    p = s / s.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


def figure(
    deltas: Sequence[MatrixDelta], dark: bool = True, layer: int | None = None, matrix: str | None = None
) -> go.Figure:
    """Bars of the singular values, greatest first; diamonds for a random change of the same shape, rank and norm."""
    chosen = pick(deltas, layer, matrix)
    if chosen is None or not any(v > 0 for v in chosen.singular_values):
        return empty_figure(NOTHING, dark)
    values = sorted(chosen.singular_values, reverse=True)
    places = list(range(1, len(values) + 1))
    fig = go.Figure(layout=dict(template=template(dark), height=280, bargap=0.35))
    fig.add_bar(
        x=places,
        y=values,
        name="what the night learned",
        marker=dict(color=PRIMARY[dark], line_width=0),
        hovertext=[f"direction {i}: {v:.4g}" for i, v in zip(places, values, strict=True)],
        hoverinfo="text",
    )
    if chosen.random_values:
        _add_control(fig, chosen.random_values, dark)
    name = f"layer {chosen.layer + 1}, {escape_label(chosen.matrix)}"
    fig.update_xaxes(
        title_text=f"direction of the change ({name})",
        dtick=max(1, len(values) // 16),
        showgrid=False,
    )
    fig.update_yaxes(title_text="strength (singular value)", rangemode="tozero")
    return fig


def _add_control(fig: go.Figure, values: Sequence[float], dark: bool) -> None:
    fig.add_scatter(
        x=list(range(1, len(values) + 1)),
        y=values,
        mode="markers",
        name="a random change of equal size",
        marker=dict(symbol="diamond-open", size=9, color=INK[dark], line_width=2),
        hovertext=[f"random change, direction {i + 1}: {v:.4g}" for i, v in enumerate(values)],
        hoverinfo="text",
    )


def caption(deltas: Sequence[MatrixDelta], layer: int | None = None, matrix: str | None = None) -> str:
    """The takeaway in words."""
    chosen = pick(deltas, layer, matrix)
    if chosen is None or not any(v > 0 for v in chosen.singular_values):
        return NOTHING
    values = sorted(chosen.singular_values, reverse=True)
    energy = values[0] ** 2 / sum(v * v for v in values)
    count = plural(len(values), "singular value")
    return (
        f"{chosen.matrix} in layer {chosen.layer + 1}: {count}, "
        f"from {values[0]:.3g} down to {values[-1]:.3g}. "
        f"The strongest direction holds {100 * energy:.0f} % of the change's energy. "
        f"Effective rank (entropy): {effective_rank(values):.1f} of {len(values)}{_control_words(chosen)}."
    )


def _control_words(chosen: MatrixDelta) -> str:
    """The rank is bounded by the recipe: only what sets it apart from a random change was learned."""
    if not chosen.random_values:
        return ""
    return f"; a random change of the same shape, rank and size has {effective_rank(chosen.random_values):.1f}"


def table(deltas: Sequence[MatrixDelta], layer: int | None = None, matrix: str | None = None) -> list[dict]:
    """One row per singular value of the chosen matrix, the random change's beside it where it was measured."""
    chosen = pick(deltas, layer, matrix)
    if chosen is None:
        return []
    where = {"layer": chosen.layer + 1, "matrix": chosen.matrix}
    values = sorted(chosen.singular_values, reverse=True)
    control = chosen.random_values or (None,) * len(values)
    return [
        where | {"direction": i + 1, "singular value": v, "random change": r}
        for i, (v, r) in enumerate(zip(values, control, strict=True))
    ]
