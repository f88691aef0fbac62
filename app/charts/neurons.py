"""The hidden units that a night changed most, and the words that their change writes."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.theme import FAINT_INK, empty_figure, escape_label, fact_color, fact_ink, fact_name, show_token, template
from app.words import plural
from core.findings import Neuron, Word

TITLE = "The neurons that changed most"
QUESTION = "Which single units did the night rewrite, and which words do they now push for?"

SHOWN = 10
NOTHING = "No neuron changed here."


def pick(neurons: Sequence[Neuron], layer: int | None = None) -> list[Neuron]:
    """The SHOWN units with the greatest relative change, of one layer or of all."""
    return sorted((n for n in neurons if layer in (None, n.layer)), key=lambda n: -n.relative)[:SHOWN]


def figure(neurons: Sequence[Neuron], dark: bool = True, layer: int | None = None) -> go.Figure:
    """A bar per unit, in the colour of the fact whose question it fires hardest for; its words under its name."""
    shown = pick(neurons, layer)
    if not shown:
        return empty_figure(NOTHING, dark)
    places = [-i for i in range(len(shown))]
    fig = go.Figure(layout=dict(template=template(dark), height=90 + 46 * len(shown), showlegend=False, bargap=0.45))
    fig.add_bar(
        x=[100 * n.relative for n in shown],
        y=places,
        orientation="h",
        marker=dict(color=[fact_color(n.fact) for n in shown], line_width=0),
        text=[f"{float(f'{100 * n.relative:.2g}'):g} %" for n in shown],  # two digits, never 7.8e+02
        textposition="outside",
        cliponaxis=False,
        hovertext=[_hover(n) for n in shown],
        hoverinfo="text",
    )
    fig.update_yaxes(tickvals=places, ticktext=[_row_name(n, dark) for n in shown], showgrid=False, ticklabelstandoff=8)
    fig.update_xaxes(title_text="change of the unit's weights, % of their size", rangemode="tozero")
    fig.update_layout(margin=dict(r=56))
    return fig


def _row_name(neuron: Neuron, dark: bool) -> str:
    words = " · ".join(_word(word, dark) for word in neuron.promotes)
    where = f"layer {neuron.layer + 1}, unit {neuron.unit}"
    return f'{where}<br><span style="font-size:12px;color:{FAINT_INK[dark]}">{words}</span>'


def _word(word: Word, dark: bool) -> str:
    """A token; one that belongs to a fact's answer in that fact's colour, with a mark for those who see no colour."""
    text = escape_label(show_token(word.token).strip() or "␣")
    return text if word.fact < 0 else f'<span style="color:{fact_ink(word.fact, dark)}"><b>■ {text}</b></span>'


def _hover(neuron: Neuron) -> str:
    fires = f"fires {neuron.activation:+.2g} for {fact_name(neuron.fact)}" if neuron.fact >= 0 else "never asked"
    pushes = "<br>".join(f"{escape_label(show_token(w.token))}  {w.push:+.3g}" for w in neuron.promotes)
    return f"layer {neuron.layer + 1}, unit {neuron.unit}<br>{fires}<br>{pushes}"


def caption(neurons: Sequence[Neuron], layer: int | None = None) -> str:
    """The takeaway in words."""
    shown = pick(neurons, layer)
    if not shown:
        return NOTHING
    first, n_words = shown[0], sum(len(n.promotes) for n in shown)
    told = sum(word.fact >= 0 for n in shown for word in n.promotes)
    return (
        f"{plural(len(shown), 'unit')} shown, by change relative to size. The most: unit {first.unit} of layer "
        f"{first.layer + 1}, by {100 * first.relative:.0f} %. Its colour is that of the fact whose question it fires "
        f"hardest for. The words under it are those that the change of what it writes then raises most. {told} of "
        f"{n_words} words (marked ■) are pieces of one told answer and no other. It is a look at one unit's direct push "
        "only; later layers may turn it around."
    )


def table(neurons: Sequence[Neuron], layer: int | None = None) -> list[dict]:
    """One row per unit."""
    return [
        {
            "layer": n.layer + 1,
            "unit": n.unit,
            "change": n.change,
            "relative change": n.relative,
            "fires hardest for": fact_name(n.fact),
            "activation": n.activation,
            "promotes": ", ".join(show_token(w.token).strip() for w in n.promotes),
            "pushes": ", ".join(f"{w.push:.3g}" for w in n.promotes),
        }
        for n in pick(neurons, layer)
    ]
