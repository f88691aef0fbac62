"""Which facts an answer read in the cache while it was written."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.theme import empty_figure, fact_color, fact_name, label, show_token, template
from app.words import percent
from core.values import Fact, Trace

TITLE = "Where the answer looked"
QUESTION = "Which facts did the model look at in its cache while it wrote this answer?"
MAX_BARS = 8  # the rest become one bar
NOTHING = "No answer was given from the cache yet. Ask about a fact that you told it."


def bars(trace: Trace | None) -> list[tuple[int | None, float]]:
    """(Fact.number, share of the attention), greatest first; None stands for all further facts together."""
    shares = list(trace.by_fact.items()) if trace is not None else []
    if len(shares) <= MAX_BARS:
        return list(shares)
    return [*shares[: MAX_BARS - 1], (None, sum(share for _, share in shares[MAX_BARS - 1 :]))]


def figure(trace: Trace | None, dark: bool = True, facts: Sequence[Fact] = (), fact: int | None = None) -> go.Figure:
    """One bar per fact, in its colour; `fact` is selected and printed bold. A click: `customdata` = [Fact.number]."""
    found = bars(trace)
    if not found:
        return empty_figure(NOTHING, dark)
    statements = {f.number: f.statement for f in facts}
    names = [_name(number, statements, number is not None and number == fact) for number, _ in found]
    fig = go.Figure(layout=dict(template=template(dark), height=90 + 34 * len(found), showlegend=False, bargap=0.3))
    fig.add_bar(
        x=[share for _, share in found],
        y=list(range(len(found))),
        orientation="h",
        marker=dict(color=[fact_color(-1 if n is None else n) for n, _ in found], line_width=0),
        customdata=[[n] for n, _ in found],
        hovertext=[f"{name}<br>{_tenths(share)}" for name, (_, share) in zip(names, found, strict=True)],
        hoverinfo="text",
        text=[_tenths(share) for _, share in found],
        textposition="outside",
        cliponaxis=False,
        unselected_marker_opacity=1,
    )
    fig.update_yaxes(tickvals=list(range(len(found))), ticktext=names, autorange="reversed", showgrid=False)
    highest = max(share for _, share in found) or 1.0
    fig.update_xaxes(range=[0, 1.25 * highest], tickformat=".0%", nticks=5, title_text="share of its attention")
    return fig


def _name(number: int | None, statements: dict[int, str], is_selected: bool) -> str:
    if number is None:
        return "all other facts"
    said = f": {label(statements[number], 24)}" if number in statements else ""
    return f"<b>{fact_name(number)}</b>{said}" if is_selected else f"{fact_name(number)}{said}"


def _tenths(share: float) -> str:
    return f"{100 * share:.1f} %"


def caption(trace: Trace | None) -> str:
    """The takeaway in words, with the shares that are no bars: the sink, and the question itself."""
    found = bars(trace)
    if trace is None or not found:
        return NOTHING
    top, share = found[0]
    return (
        f"While it wrote this answer, {_tenths(share)} of its attention went to {fact_name(top)} and "
        f"{_tenths(sum(s for _, s in found) - share)} to the other facts, mean over layers and heads. The first entry, "
        f"the sink on which attention rests, took {percent(trace.sink)}, and the question and the answer so far "
        f"{percent(trace.itself)}; neither is drawn. Attention tells where it looked, not what it used."
    )


def table(trace: Trace | None) -> list[dict]:
    """One row per fact, then the sink and the question itself, which make up the rest; then each entry on its own."""
    if trace is None or not len(trace.tokens):
        return []
    rows = [{"what": fact_name(n), "entry": None, "token": "", "share": share} for n, share in trace.by_fact.items()]
    rows += [
        {"what": name, "entry": None, "token": "", "share": share}
        for name, share in (("the sink", trace.sink), ("the question and the answer so far", trace.itself))
    ]
    entries = zip(trace.tokens, trace.fact_of_token, trace.share, strict=True)
    return rows + [
        {
            "what": f"entry of {fact_name(int(f))}" if f >= 0 else "the sink",
            "entry": i,
            "token": show_token(t),
            "share": float(s),
        }
        for i, (t, f, s) in enumerate(entries)
    ]
