"""Looking beside trying: what captum attributes to each layer, and what is lost when the layer's night is off."""

from __future__ import annotations

from math import isnan

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.theme import FAINT_INK, PRIMARY, empty_figure, fact_color, fact_name, template
from core.findings import Attribution

TITLE = "Attribution beside lesion"
QUESTION = "Does looking at the layers tell the same story as switching them off?"

NOTHING = "Not measured yet. Press “Attribute this answer”."
KINDS = (
    ("lesion", "lesion", "intervention"),
    ("conductance", "layer conductance", "correlation"),
    ("integrated_gradients", "integrated gradients", "correlation"),
)


def figure(attribution: Attribution | None, dark: bool = True) -> go.Figure:
    """Three panels of bars over the layers, in nats: the intervention filled, the two correlations hatched."""
    if attribution is None:
        return empty_figure(NOTHING, dark)
    layers = attribution.layers
    kinds = [f'<b>{name}</b><br><span style="color:{FAINT_INK[dark]}">{kind}</span>' for _, name, kind in KINDS]
    fig = make_subplots(1, 3, shared_yaxes=True, horizontal_spacing=0.06, subplot_titles=kinds)
    for column, (field, name, kind) in enumerate(KINDS, 1):
        values = getattr(attribution, field)
        filled = kind == "intervention"
        color = fact_color(attribution.fact) if filled else PRIMARY[dark]
        fig.add_bar(
            x=values,
            y=list(range(len(layers))),
            orientation="h",
            marker=dict(color=color, line=dict(color=color, width=1), pattern_shape="" if filled else "/"),
            hovertext=[f"layer {n + 1}, {name}: {v:+.3f} nats" for n, v in zip(layers, values, strict=True)],
            hoverinfo="text",
            row=1,
            col=column,
        )
        # Each has its own scale, so the nearest zero line matters more than a common length.
        fig.update_xaxes(zeroline=True, zerolinecolor=FAINT_INK[dark], title_text="nats", col=column)
    fig.update_annotations(font_size=13)
    fig.update_yaxes(showgrid=False, ticklabelstandoff=6)
    fig.update_yaxes(tickvals=list(range(len(layers))), ticktext=[f"layer {n + 1}" for n in layers], col=1)
    fig.update_layout(
        template=template(dark), height=130 + 34 * len(layers), showlegend=False, margin=dict(t=52), bargap=0.35
    )
    return fig


def _agreement(rho: float) -> str:
    return "not defined" if isnan(rho) else f"{rho:+.2f}"


def caption(attribution: Attribution | None) -> str:
    """The takeaway in words."""
    if attribution is None:
        return NOTHING
    tops = {field: attribution.layers[int(np.argmax(getattr(attribution, field)))] + 1 for field, *_ in KINDS}
    lost = f"most is lost without this night's part of layer {tops['lesion']}"
    if attribution.lesion.max() <= 0:
        lost = "nothing is lost without any one layer's part of this night"
    rho = {field: _agreement(value) for field, value in attribution.agreement.items()}
    return (
        f"The answer to {fact_name(attribution.fact)}'s question has log-probability {attribution.log_prob:.2f}, and "
        f"{attribution.log_prob_unasked:.2f} when the question is blanked. Intervention: {lost}. "
        f"Correlation: conductance points at layer {tops['conductance']}, "
        f"integrated gradients at layer {tops['integrated_gradients']}, both looking at the whole MLP, old and new. "
        f"Agreement with the lesion over {len(attribution.layers)} layers (Spearman, 1: same order, 0: none): "
        f"{rho['conductance']} and {rho['integrated_gradients']}. With few layers, chance alone can agree well. "
        "Each panel has a scale of its own: compare the order of the layers, not the lengths."
    )


def table(attribution: Attribution | None) -> list[dict]:
    """One row per layer."""
    if attribution is None:
        return []
    return [
        {"layer": layer + 1}
        | {f"{name} ({kind}), nats": float(getattr(attribution, field)[i]) for field, name, kind in KINDS}
        for i, layer in enumerate(attribution.layers)
    ]
