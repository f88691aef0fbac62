"""Which layer of the night holds which fact: each layer of it switched off in turn, each fact asked again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from app.theme import INK, diverging_ink, diverging_scale, empty_figure, fact_ink, fact_name, label, template
from app.words import plural, series, two_lines
from core.findings import LesionMap

TITLE = "Lesions: switch a layer off and ask again"
QUESTION = "In which layer does each fact live?"

LIMIT = 6.0  # nats. Fixed, so that two nights can be compared by eye; a factor of 400 in probability
WORDY = 12  # with more layers than that, a cell has no room for its figure
NOTHING = "Not measured yet. Press “Lesion each layer”."


@dataclass(frozen=True)
class Lane:
    """One fact's row: mean change of log-probability (L + 1, the last with the whole night off) and what vanished."""

    fact: int
    statement: str
    change: np.ndarray  # (L + 1,)
    vanished: np.ndarray  # (L + 1,) how many of its questions were right and are no longer
    asked: int
    answers: list[list[str]]  # (L + 1) of what it wrote


def lanes(lesions: LesionMap) -> list[Lane]:
    """A row per fact, its questions averaged."""
    off = np.array([b.log_prob - a.log_prob for a, b in zip(lesions.whole, lesions.without, strict=True)])
    gone = np.array([a.right and not b.right for a, b in zip(lesions.whole, lesions.without, strict=True)], dtype=bool)
    found = []
    for number in lesions.facts:
        rows = [i for i, row in enumerate(lesions.whole) if row.fact == number]
        change = np.append(lesions.change[rows].mean(axis=0), off[rows].mean())
        vanished = np.append(lesions.vanished[rows].sum(axis=0), gone[rows].sum())
        answers = [[asked[i].answer for i in rows] for asked in (*lesions.lesioned, lesions.without)]
        found.append(Lane(number, lesions.whole[rows[0]].statement, change, vanished, len(rows), answers))
    return found


def figure(lesions: LesionMap | None, dark: bool = True, fact: int | None = None) -> go.Figure:
    """Heat map (facts, layers and all of them) on a fixed scale; a cross where an answer vanished. `fact` is framed."""
    found = lanes(lesions) if lesions else []
    if not found:
        return empty_figure(NOTHING, dark)
    names = [*(f"layer {n + 1}" for n in lesions.layers), "all of it"]
    fig = go.Figure(layout=dict(template=template(dark), height=120 + 46 * len(found)))
    places = list(range(len(names)))
    places[-1] += 0.25  # set apart: not one more layer
    for part in (slice(0, -1), slice(-1, None)):
        fig.add_heatmap(
            x=places[part],
            y=[-i for i in range(len(found))],
            z=[lane.change[part] for lane in found],
            zmin=-LIMIT,
            zmax=LIMIT,
            colorscale=diverging_scale(dark),
            showscale=part.start == 0,
            colorbar=dict(
                title=dict(text="change, nats", side="right", font_size=13), thickness=12, outlinewidth=0, nticks=7
            ),
            hovertext=[_hovers(lane, names)[part] for lane in found],
            hoverinfo="text",
            xgap=2,
            ygap=2,
        )
    for row, lane in enumerate(found):
        inks = [diverging_ink(value, LIMIT, dark) for value in lane.change]
        cells = dict(text=_cells(lane), textfont_color=inks, hoverinfo="skip", showlegend=False)
        fig.add_scatter(x=places, y=[-row] * len(places), mode="text", **cells)
    fig.update_xaxes(tickvals=places, ticktext=names, showgrid=False, side="top")
    labels = [f'<span style="color:{fact_ink(x.fact, dark)}">■ {two_lines(x.statement)}</span>' for x in found]
    fig.update_yaxes(tickvals=[-i for i in range(len(found))], ticktext=labels, showgrid=False, ticklabelstandoff=6)
    for row in (i for i, lane in enumerate(found) if lane.fact == fact):
        fig.add_shape(
            type="rect", x0=-0.5, x1=places[-1] + 0.5, y0=-row - 0.5, y1=-row + 0.5, line=dict(color=INK[dark], width=2)
        )
    return fig


def _cells(lane: Lane) -> list[str]:
    marks = ["✗ " if gone else "" for gone in lane.vanished]
    if len(marks) > WORDY:
        return marks
    figures = [f"{round(float(value), 1) + 0.0:+.1f}" for value in lane.change]  # + 0.0: no minus before a zero
    return [mark + figure.replace("+0.0", "0").replace("-", "−") for mark, figure in zip(marks, figures, strict=True)]


def _hovers(lane: Lane, names: list[str]) -> list[str]:
    return [
        f"{label(lane.statement, 60)}<br>{name} off: {value:+.2f} nats"
        f"<br>{gone} of {plural(lane.asked, 'answer')} vanished<br>it wrote: {label(' / '.join(said), 60)}"
        for name, value, gone, said in zip(names, lane.change, lane.vanished, lane.answers, strict=True)
    ]


def caption(lesions: LesionMap | None) -> str:
    """The takeaway in words."""
    found = lanes(lesions) if lesions else []
    if not found:
        return NOTHING
    lost = [sum(bool(lane.vanished[n]) for lane in found) for n in range(len(lesions.layers) + 1)]
    mean = np.mean([lane.change[:-1] for lane in found], axis=0)
    deepest = int(mean.argmin())
    needed = series([fact_name(lane.fact) for lane in found if lane.vanished[:-1].any()][:8])
    single = f"Lost something to a single layer: {needed}." if needed else "No answer hangs on a single layer."
    return (
        f"{plural(len(found), 'fact')}, asked with an empty cache and one layer of this night off. The greatest "
        f"loss is without layer {lesions.layers[deepest] + 1}: {mean[deepest]:+.2f} nats on average, "
        f"{plural(lost[deepest], 'fact')} lost an answer. {single} With the whole night off, "
        f"{plural(lost[-1], 'fact')} lost one. ✗ marks an answer that was right and vanished. "
        f"The scale is fixed from -{LIMIT:g} to {LIMIT:g} nats. This is an intervention: nothing else was changed."
    )


def table(lesions: LesionMap | None) -> list[dict]:
    """One row per question and lesion, with what it wrote."""
    if lesions is None:
        return []
    tried = {f"layer {n + 1} off": rows for n, rows in zip(lesions.layers, lesions.lesioned, strict=True)}
    return [
        {
            "fact": fact_name(row.fact),
            "question": row.question,
            "expected": row.expected,
            "night": name,
            "answer": row.answer,
            "right": row.right,
            "log-probability": row.log_prob,
            "change": row.log_prob - whole.log_prob,
        }
        for name, rows in {"whole": lesions.whole, **tried, "all of it off": lesions.without}.items()
        for whole, row in zip(lesions.whole, rows, strict=True)
    ]
