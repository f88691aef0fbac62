"""What switching, dosing or taking back one night does to the recall of every night's facts."""

from __future__ import annotations

import plotly.graph_objects as go

from app.theme import CONDITION_COLORS, FAINT_INK, WARNING, empty_figure, template
from app.words import SHARE_AXIS, error_arms, interval_words, plural, rate_words, series
from core.measured import Rate
from core.retention import NightsExam, pooled

TITLE = "What it does to every night"
QUESTION = "With this night changed: what does it still answer of each night, with an empty cache?"

NOTHING = "Nothing was changed yet. Switch a night off and every night is asked before and after."
NO_QUESTIONS = "None of its nights has a question, so nothing could be asked."


def rates(change: NightsExam | None) -> dict[int, tuple[Rate, Rate]]:
    """Nights that have questions -> recall before and after."""
    return {n: pair for n, pair in change.rates.items() if pair[0].n} if change else {}


def figure(change: NightsExam | None, dark: bool = True) -> go.Figure:
    """A row per night: a hollow mark before, a full one after."""
    found = rates(change)
    if not found:
        return empty_figure(caption(change), dark)
    fig = go.Figure(layout=dict(template=template(dark), height=120 + 40 * len(found), hovermode="closest"))
    color = CONDITION_COLORS["slept"]
    for y, (before, after) in enumerate(found.values()):
        fell = after.value < before.value
        fig.add_scatter(
            x=[before.value, after.value],
            y=[y, y],
            mode="lines",
            line=dict(color=WARNING[dark] if fell else FAINT_INK[dark], width=4),
            hoverinfo="skip",
            showlegend=False,
        )
    for index, (name, symbol, size) in enumerate((("before", "circle-open", 16), ("after", "circle", 10))):
        fig.add_scatter(
            x=[pair[index].value for pair in found.values()],
            y=list(range(len(found))),
            mode="markers",
            name=name,
            marker=dict(symbol=symbol, size=size, color=color, line=dict(width=2, color=color)),
            error_x=(error_arms([pair[1] for pair in found.values()]) | dict(color=color)) if name == "after" else None,
            hovertext=[
                f"night {n}, {name}: {rate_words(pair[index])}<br>95 %: {interval_words(pair[index])}"
                for n, pair in found.items()
            ],
            hoverinfo="text",
        )
    names = [f"night {n}{' (this one)' if n == change.number else ''}" for n in found]
    fig.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.5, -0.5], showgrid=False)
    fig.update_xaxes(SHARE_AXIS, title_text="answered right")
    return fig


def act_words(change: NightsExam) -> str:
    """What was done, as a person would say it."""
    if change.act == "undo":
        return f"Taking night {change.number} back"
    if change.dose_after == 0:
        return f"Switching night {change.number} off"
    if change.dose_before == 0 and change.dose_after == 1:
        return f"Switching night {change.number} on"
    return f"Setting night {change.number} from dose {change.dose_before:g} to {change.dose_after:g}"


def caption(change: NightsExam | None) -> str:
    """The takeaway in words."""
    found = rates(change)
    if not found:
        return NO_QUESTIONS if change else NOTHING
    own = found.get(change.number)
    others = [pair for n, pair in found.items() if n != change.number]
    fallen = [f"night {n}" for n, (b, a) in found.items() if n != change.number and a.value < b.value]
    words = [f"its own facts from {rate_words(own[0])} to {rate_words(own[1])}"] if own else []
    if others:
        before, after = (pooled(pair[i] for pair in others) for i in (0, 1))
        words.append(f"{plural(len(others), 'other night')} from {rate_words(before)} to {rate_words(after)}")
    lost = f" Lower than before: {series(fallen)}." if fallen else " No other night answers less." if others else ""
    luck = " Thin lines: 95 % intervals; a question more or less may be luck."
    return f"{act_words(change)}: {'; '.join(words)}.{lost}{luck}"


def table(change: NightsExam | None) -> list[dict]:
    """One row per night."""
    return [
        {"night": n, "questions": before.n, "before": before.value, "after": after.value}
        | {"after, low": after.low, "after, high": after.high}
        for n, (before, after) in rates(change).items()
    ]
