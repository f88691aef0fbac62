"""Each fact's own story: known before it was told, awake, with the cache cleared, and after sleep."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from app.theme import (
    CONDITION_COLORS,
    CONDITION_NAMES,
    CONDITION_SYMBOLS,
    INK,
    WARNING,
    empty_figure,
    fact_color,
    fact_ink,
    fact_name,
    label,
    template,
)
from app.words import SHARE_AXIS, percent, plural, rate_words, series, two_lines
from core.measured import Rate, SleepReport
from core.values import Fact, Source

TITLE = "Which facts survived the night"
QUESTION = "Fact by fact: did it get from short-term memory into the weights?"

CONDITIONS = ("blank", "awake", "amnesia", "slept")
# Dots of one row often share a place (0 or 100 %), so blank sits below the line and awake above it.
OFFSETS = {"blank": -0.28, "awake": 0.28, "amnesia": 0.0, "slept": 0.0}
SOURCE_NAMES = {"given": "your own questions", "self": "questions it made itself"}
NOTHING = "No exam yet. Let it sleep and each fact gets a row here."


@dataclass(frozen=True)
class Lane:
    """One fact's probes of one source. `y` is its height in the picture."""

    fact: Fact
    source: Source
    y: float
    rates: dict[str, Rate]

    @property
    def fell(self) -> bool:
        awake, slept = self.rates["awake"].value, self.rates["slept"].value
        return awake is not None and slept is not None and slept < awake


def lanes(report: SleepReport) -> list[Lane]:
    """A lane per fact and source of its questions, first fact on top (y = 0, -1, ...)."""
    found = []
    for place, fact in enumerate(report.facts):
        rates = {s: _rates(report, fact.number, s) for s in ("given", "self")}
        asked = [s for s in rates if any(r.n for r in rates[s].values())]
        # Two kinds of question share a row: hers above, its own below.
        shifts = (0.24, -0.24) if len(asked) == 2 else (0.0,)
        found += [Lane(fact, s, shift - place, rates[s]) for s, shift in zip(asked, shifts, strict=False)]
    return found


def _rates(report: SleepReport, number: int, source: Source) -> dict[str, Rate]:
    rows = [r for r in report.exam if r.fact == number and r.source == source]
    right = {c: [r.right for r in rows if r.condition == c] for c in CONDITIONS}
    return {c: Rate.of(sum(marks), len(marks)) for c, marks in right.items()}


def figure(report: SleepReport, dark: bool = True, fact: int | None = None) -> go.Figure:
    """Rows of dots on a 0 to 100 % axis; a line leads from the cleared cache to the morning.

    `fact` is framed. A click on a dot: `customdata` = [Fact.number].
    """
    drawn = lanes(report)
    if not drawn:
        return empty_figure(NOTHING, dark)
    fig = go.Figure()
    squeeze = 0.5 if len(drawn) > len(report.facts) else 1.0
    for lane in drawn:
        _add_line(fig, lane)
    for condition in CONDITIONS:
        _add_dots(fig, drawn, condition, squeeze, dark)
    _add_falls(fig, drawn, dark)
    for y in (-i for i, told in enumerate(report.facts) if told.number == fact):
        frame = dict(x0=-0.06, x1=1.16, y0=y - 0.47, y1=y + 0.47)
        fig.add_shape(type="rect", **frame, line=dict(color=INK[dark], width=1))
    row = 76 if squeeze < 1 else 58
    fig.update_layout(template=template(dark), height=110 + row * len(report.facts), hovermode="closest")
    names = [_row_name(fact, any(x.fell for x in drawn if x.fact is fact), dark) for fact in report.facts]
    places = [-i for i in range(len(report.facts))]
    fig.update_yaxes(tickvals=places, ticktext=names, range=[places[-1] - 0.6, 0.6], ticklabelstandoff=6)
    fig.update_xaxes(SHARE_AXIS | dict(range=[-0.06, 1.16]), title_text="its questions answered right")
    return fig


def _row_name(fact: Fact, fell: bool, dark: bool) -> str:
    """The statement in its colour. A word, not only a mark, says that the morning knows it less well."""
    words = f'<span style="color:{fact_ink(fact.number, dark)}">■ {two_lines(fact.statement)}</span>'
    return words + (f'<br><span style="color:{WARNING[dark]}">▼ fell</span>' if fell else "")


def _add_line(fig: go.Figure, lane: Lane) -> None:
    ends = [lane.rates["amnesia"].value, lane.rates["slept"].value]
    if None in ends:
        return
    line = dict(color=fact_color(lane.fact.number), width=5)
    fig.add_scatter(x=ends, y=[lane.y] * 2, mode="lines", line=line, opacity=0.75, hoverinfo="skip", showlegend=False)


def _add_dots(fig: go.Figure, drawn: list[Lane], condition: str, squeeze: float, dark: bool) -> None:
    shown = [lane for lane in drawn if lane.rates[condition].value is not None]
    symbol = CONDITION_SYMBOLS[condition]
    color = CONDITION_COLORS[condition]
    hover = [
        f"{label(lane.fact.statement, 60)}<br>{CONDITION_NAMES[condition]}: "
        f"{rate_words(lane.rates[condition])}<br>{SOURCE_NAMES[lane.source]}"
        for lane in shown
    ]
    fig.add_scatter(
        x=[lane.rates[condition].value for lane in shown],
        y=[lane.y + OFFSETS[condition] * squeeze for lane in shown],
        mode="markers",
        name=CONDITION_NAMES[condition],
        marker=dict(
            symbol=[symbol + ("-open" if lane.source == "self" else "") for lane in shown],
            color=color,
            size=15 if condition == "slept" else 10,
            line=dict(width=2 if any(lane.source == "self" for lane in shown) else 1, color=color),
        ),
        customdata=[[lane.fact.number] for lane in shown],
        unselected_marker_opacity=1,
        hovertext=hover,
        hoverinfo="text",
    )


def _add_falls(fig: go.Figure, drawn: list[Lane], dark: bool) -> None:
    """A mark right of 100 % in each lane that fell; the word stands in the row's name."""
    fallen = [lane for lane in drawn if lane.fell]
    fig.add_scatter(
        x=[1.1] * len(fallen),
        y=[lane.y for lane in fallen],
        mode="text",
        text=["▼" for _ in fallen],
        textposition="middle center",
        textfont=dict(color=WARNING[dark], size=13),
        hovertext=[f"awake {percent(x.rates['awake'].value)}, slept {percent(x.rates['slept'].value)}" for x in fallen],
        hoverinfo="text",
        showlegend=False,
    )


def caption(report: SleepReport) -> str:
    """The takeaway in words."""
    drawn = lanes(report)
    if not drawn:
        return NOTHING
    slept, amnesia, awake = (report.recall(c) for c in ("slept", "amnesia", "awake"))
    fallen = [lane for lane in drawn if lane.fell]
    names = series(list(dict.fromkeys(fact_name(lane.fact.number) for lane in fallen)))
    fell = f"Answered less well than awake: {names}." if fallen else "No fact is answered less well than awake."
    hollow = " Hollow marks are questions the model made itself." if any(x.source == "self" for x in drawn) else ""
    return (
        f"{plural(len(report.facts), 'fact')}. Questions answered right after sleep with an empty cache: "
        f"{rate_words(slept)}; with the cache cleared before sleep: {rate_words(amnesia)}; "
        f"awake with the facts in the cache: {rate_words(awake)}. {fell}{hollow}"
    )


def table(report: SleepReport) -> list[dict]:
    """One row per fact and source of questions."""
    return [
        {
            "fact": fact_name(lane.fact.number),
            "statement": lane.fact.statement,
            "questions": SOURCE_NAMES[lane.source],
        }
        | {"n": max(r.n for r in lane.rates.values())}
        | {CONDITION_NAMES[c]: lane.rates[c].value for c in CONDITIONS}
        | {"fell": lane.fell}
        for lane in lanes(report)
    ]
