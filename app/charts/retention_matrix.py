"""The retention matrix R[i, j]: what is still answered of night j's facts right after night i."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.theme import color_scale, empty_figure, ink_on, scale_color, template
from app.words import interval_words, percent, plural, rate_words
from core.measured import Rate, SleepReport
from core.retention import forward_transfer, kept, retention

TITLE = "What each night left of the earlier ones"
QUESTION = "After every night: how much of each night's facts does it still answer, with an empty cache?"

MANY = 14  # above this the figures in the cells no longer fit; hovering shows them
NOTHING = "No night was examined yet. After the second night a new row shows what became of the first."


def rows_of(reports: Sequence[SleepReport]) -> list[list[Rate]]:
    """Rows of rates; [] when nothing was asked."""
    rows = retention(reports)
    return rows if any(rate.n for row in rows for rate in row) else []


def figure(reports: Sequence[SleepReport], dark: bool = True) -> go.Figure:
    """A lower triangle on one fixed scale, 0 to 100 %. A cell where nobody asked stays blank."""
    rows = rows_of(reports)
    if not rows:
        return empty_figure(NOTHING, dark)
    numbers = [f"night {r.night}" for r in reports]
    values = np.full((len(rows), len(rows)), np.nan)
    hover = [["" for _ in rows] for _ in rows]
    for i, row in enumerate(rows):
        for j, rate in enumerate(row):
            values[i, j] = np.nan if rate.value is None else rate.value
            hover[i][j] = (
                f"facts of {numbers[j]}, asked after {numbers[i]}<br>{rate_words(rate)}<br>95 %: {interval_words(rate)}"
            )
    bar = dict(
        title=dict(text="answered right", side="right", font_size=13),
        tickvals=[0, 0.5, 1],
        ticktext=["0 %", "50 %", "100 %"],
        thickness=12,
        outlinewidth=0,
    )
    fig = go.Figure(layout=dict(template=template(dark), height=130 + max(24, 44 - len(rows)) * len(rows)))
    fig.add_heatmap(
        z=values,
        text=hover,
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
        colorscale=color_scale(dark),
        zmin=0,
        zmax=1,
        colorbar=bar,
        xgap=2,
        ygap=2,
    )
    if len(rows) <= MANY:
        fig.update_layout(annotations=_figures(values, dark))
    places = list(range(len(rows)))
    fig.update_xaxes(title_text="facts told before", tickvals=places, ticktext=numbers, showgrid=False)
    fig.update_yaxes(title_text="asked after", tickvals=places, ticktext=numbers, showgrid=False, autorange="reversed")
    return fig


def _figures(values: np.ndarray, dark: bool) -> list[dict]:
    """The share in each cell that was asked."""
    return [
        dict(
            x=j,
            y=i,
            text=percent(values[i, j]),
            showarrow=False,
            font_color=ink_on(scale_color(float(values[i, j]), dark)),
        )
        for i, j in zip(*np.where(~np.isnan(values)), strict=True)
    ]


def caption(reports: Sequence[SleepReport]) -> str:
    """The takeaway in words, with the field's three figures."""
    rows = rows_of(reports)
    if not rows:
        return NOTHING
    found = kept([[rate.value for rate in row] for row in rows])
    if found["acc"] is None:
        return f"Right after {plural(len(rows), 'night')} it answered {rate_words(rows[-1][-1])}. The next night adds a row."
    change = "–" if found["bwt"] is None else f"{found['bwt']:+.2f}"
    transfer = forward_transfer(reports)
    ahead = "" if transfer is None else f" Before they were told, earlier nights helped by {transfer:+.2f} (FWT)."
    return (
        f"Each night's facts, averaged over {plural(len(rows), 'night')}: {percent(found['learned'])} answered the "
        f"morning after, {percent(found['acc'])} after the last night (ACC). What earlier nights lost or gained since "
        f"they were learned: {change} on average, where -1 is everything lost (BWT).{ahead}"
    )


def table(reports: Sequence[SleepReport]) -> list[dict]:
    """One row per cell that could be asked."""
    return [
        {
            "asked after night": reports[i].night,
            "facts of night": reports[j].night,
            "share": rate.value,
            "n": rate.n,
            "low": rate.low,
            "high": rate.high,
        }
        for i, row in enumerate(rows_of(reports))
        for j, rate in enumerate(row)
    ]
