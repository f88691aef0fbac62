"""Every dream of the night, placed by how much the cache added to its answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.theme import FAINT_INK, GRID, INK, empty_figure, fact_color, fact_ink, fact_name, label, template
from app.words import plural, series, two_lines
from core.journal import agrees
from core.values import Dream, DreamSource, Fact

TITLE = "The dreams"
QUESTION = "What did it dream about, and which dreams were worth learning from?"

EMPTY_CACHE = "dreamt with an empty cache"
MAKERS: dict[DreamSource, str] = {
    "replay": "it asked itself, one memory in view",
    "placebo": "control: about something never told",
    "rehearsal": "it asked itself, cache empty",
    "older night": "it asked itself about an older night, cache empty",
}
VERDICTS = {True: "right", False: "wrong", None: "–"}
MANY = 1000  # beyond this many marks the browser draws faster with WebGL
NOTHING = "No dreams yet. They appear here while it sleeps."


def _key(dream: Dream) -> int:
    return -1 if dream.fact is None else dream.fact


def rows(dreams: Sequence[Dream]) -> list[int]:
    """Fact numbers in order, then -1 for dreams that were read from no fact."""
    found = {_key(d) for d in dreams}
    return sorted(f for f in found if f >= 0) + ([-1] if -1 in found else [])


def _jitter(index: int) -> float:
    """A fixed spread in -0.26 .. 0.26 (golden ratio), so that the same dreams always look the same."""
    return (index * 0.6180339887 % 1 - 0.5) * 0.52


def figure(dreams: Sequence[Dream], dark: bool = True, facts: Sequence[Fact] = ()) -> go.Figure:
    """Strip plot, one row per fact: filled dots were kept, crosses were not. `facts` puts words on the rows.

    Clicks carry `customdata` = [index into `dreams`].
    """
    if not dreams:
        return empty_figure(NOTHING, dark)
    order = rows(dreams)
    fig = go.Figure(layout=dict(template=template(dark), height=110 + 44 * len(order), hovermode="closest"))
    fig.add_vline(x=0, line=dict(color=GRID[dark], width=1))
    for kept in (False, True):
        _add_marks(fig, dreams, order, kept)
    for name, symbol in (("kept", "circle"), ("not kept", "x-thin-open")):
        mark = dict(symbol=symbol, color=FAINT_INK[dark], size=8, line=dict(width=1.6, color=FAINT_INK[dark]))
        fig.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=mark)
    statements = {f.number: f.statement for f in facts}
    places = [-i for i in range(len(order))]
    names = [_row_name(f, statements, dark) for f in order]
    fig.update_yaxes(tickvals=places, ticktext=names, range=[places[-1] - 0.5, 0.5], ticklabelstandoff=6)
    fig.update_xaxes(title_text="added by the cache, nats")
    return fig


def _row_name(fact: int, statements: dict[int, str], dark: bool) -> str:
    if fact < 0:
        return f'<span style="color:{INK[dark]}">{EMPTY_CACHE}</span>'
    words = two_lines(statements[fact]) if fact in statements else fact_name(fact)
    return f'<span style="color:{fact_ink(fact, dark)}">■ {words}</span>'


def _add_marks(fig: go.Figure, dreams: Sequence[Dream], order: list[int], kept: bool) -> None:
    shown = [(i, d) for i, d in enumerate(dreams) if d.kept is kept]
    colors = [fact_color(_key(d)) for _, d in shown]
    trace = go.Scattergl if len(dreams) > MANY else go.Scatter
    mark = dict(
        symbol="circle" if kept else "x-thin-open",
        size=9 if kept else 7,
        color=colors,
        line=dict(width=0.5 if kept else 1.6, color=colors),
    )
    fig.add_trace(
        trace(
            x=[d.score for _, d in shown],
            y=[_jitter(i) - order.index(_key(d)) for i, d in shown],
            mode="markers",
            marker=mark,
            customdata=[[i] for i, _ in shown],
            hovertext=[_hover(d) for _, d in shown],
            hoverinfo="text",
            showlegend=False,
        )
    )


def _hover(dream: Dream) -> str:
    fate = "kept" if dream.kept else "not kept" + (f": {label(dream.reason, 60)}" if dream.reason else "")
    words = f"Q: {label(dream.question, 70)}<br>A: {label(dream.answer, 50)}"
    score = "" if dream.is_rehearsed else f" {dream.score:.2f} nats,"
    return f"{words}<br>{MAKERS[dream.source]},{score} {fate}"


def caption(dreams: Sequence[Dream], facts: Sequence[Fact] = ()) -> str:
    """The takeaway in words. Rehearsals are counted apart: nothing was read out for them, so none was chosen."""
    if not dreams:
        return NOTHING
    read = [d for d in dreams if not d.is_rehearsed]
    kept = [d for d in read if d.kept]
    parts = [f"{plural(len(read), 'dream')} read out of the cache, {len(kept)} kept."]
    verdicts = [verdict(d, facts) for d in kept]
    if True in verdicts or False in verdicts:
        others = verdicts.count(None)
        unclear = f"; for {others} the words cannot tell" if others else ""
        parts.append(
            f"Of those kept, {verdicts.count(True)} gave an answer that stands in the told sentence, "
            f"{verdicts.count(False)} did not{unclear}."
        )
    for fate, some in (("kept", kept), ("not kept", [d for d in read if not d.kept])):
        if some:
            middle = float(np.median([d.score for d in some]))
            parts.append(f"Median score of those {fate}: {middle:.1f} nats.")
    bare = sorted({_key(d) for d in read if d.fact is not None} - {_key(d) for d in kept})
    if bare:
        parts.append(f"Without a dream that was kept: {series([fact_name(f) for f in bare])}.")
    if len(read) < len(dreams):
        older = sum(d.source == "older night" for d in dreams)
        owed = f", {older} of them about older nights" if older else ""
        parts.append(
            f"Beside them, {len(dreams) - len(read)} {EMPTY_CACHE}{owed}, so that what it knew stays; an empty cache adds "
            "nothing, so they stand at 0."
        )
    return " ".join(parts)


def verdict(dream: Dream, facts: Sequence[Fact]) -> bool | None:
    """Right or wrong against the told fact; None where that cannot be said."""
    return agrees(dream, next((f for f in facts if f.number == dream.fact), None))


def table(dreams: Sequence[Dream], facts: Sequence[Fact] = ()) -> list[dict]:
    """One row per dream."""
    return [
        {
            "fact": fact_name(d.fact) if d.fact is not None else EMPTY_CACHE,
            "question": d.question,
            "answer": d.answer,
        }
        | {"made by": MAKERS[d.source], "nats": None if d.is_rehearsed else d.score, "kept": d.kept, "reason": d.reason}
        | {"against the told fact": VERDICTS[verdict(d, facts)]}
        for d in dreams
    ]
