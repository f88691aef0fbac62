"""Do nights write in the same direction? The cosine between the changes of every two nights."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from app.theme import diverging_ink, diverging_scale, empty_figure, escape_label, template
from app.words import plural
from core.findings import Cosines

TITLE = "Night against night"
QUESTION = "Do two nights push the weights the same way, against each other, or past each other?"

NOTHING = "One night has nothing to be compared with. After a second sleep, the two show here."
READING = "1: two nights push the same way, -1: against each other, 0: past each other."


def _place(cosines: Cosines, layer: int | None, matrix: str | None) -> tuple[int, str] | None:
    """The chosen matrix, or None for all of them together."""
    return (layer, matrix) if layer is not None and matrix is not None else None


def _night(cosines: Cosines, place: int) -> str:
    """As it is called after others were taken back: by its number, not its place."""
    number = cosines.nights[place].rpartition("-")[2]
    return f"night {number if number.isdecimal() else place + 1}"


def figure(
    cosines: Cosines | None, dark: bool = True, layer: int | None = None, matrix: str | None = None
) -> go.Figure:
    """Heat map (nights, nights) of one matrix, or of all together, on a fixed scale from -1 to 1."""
    if cosines is None or len(cosines.nights) < 2:
        return empty_figure(NOTHING, dark)
    values = cosines.cosine(_place(cosines, layer, matrix))
    names = [escape_label(name) for name in cosines.nights]
    places = list(range(len(names)))
    fig = go.Figure(layout=dict(template=template(dark), height=130 + 44 * len(names)))
    fig.add_heatmap(
        z=values,
        zmin=-1,
        zmax=1,
        colorscale=diverging_scale(dark),
        colorbar=dict(title=dict(text="cosine", side="right", font_size=13), thickness=12, outlinewidth=0),
        hovertext=[[f"{a} and {b}" for b in names] for a in names],
        hovertemplate="%{hovertext}: %{z:.4f}<extra></extra>",
        hoverongaps=False,
        xgap=2,
        ygap=2,
    )
    cells = [(j, i, float(v)) for i, row in enumerate(values) for j, v in enumerate(row) if not np.isnan(v)]
    fig.add_scatter(
        x=[x for x, _, _ in cells],
        y=[y for _, y, _ in cells],
        mode="text",
        text=[f"{v:.2f}" for _, _, v in cells],
        textfont_color=[diverging_ink(v, 1.0, dark) for _, _, v in cells],
        hoverinfo="skip",
    )
    fig.update_xaxes(tickvals=places, ticktext=names, showgrid=False)
    fig.update_yaxes(tickvals=places, ticktext=names, showgrid=False, autorange="reversed", ticklabelstandoff=6)
    return fig


def caption(cosines: Cosines | None, layer: int | None = None, matrix: str | None = None) -> str:
    """The takeaway in words."""
    if cosines is None or len(cosines.nights) < 2:
        return f"To come: the cosine between the changes of every two nights. {READING}"
    place = _place(cosines, layer, matrix)
    where = f"In {matrix} of layer {layer + 1}" if place else "Over all matrices together"
    values = cosines.cosine(place)
    pairs = [(float(values[i, j]), i, j) for j in range(len(values)) for i in range(j) if not np.isnan(values[i, j])]
    if not pairs:
        return f"{where}, fewer than two nights changed anything."
    top, i, j = max(pairs, key=lambda p: abs(p[0]))
    return (
        f"{where}, {plural(len(pairs), 'pair')} of nights. The closest to one line: {_night(cosines, i)} and {_night(cosines, j)}, "
        f"cosine {top:+.3f}. {READING} Two changes of random direction "
        f"would stay within about {2 * cosines.chance(place):.3f} of 0."
    )


def table(cosines: Cosines | None, layer: int | None = None, matrix: str | None = None) -> list[dict]:
    """One row per pair of nights; the cosine is empty where one of them changed nothing."""
    if cosines is None or len(cosines.nights) < 2:
        return []
    values, names = cosines.cosine(_place(cosines, layer, matrix)), cosines.nights
    return [
        {"night": names[i], "other night": names[j], "cosine": None if np.isnan(values[i, j]) else float(values[i, j])}
        for j in range(len(names))
        for i in range(j)
    ]
