"""How likely the student finds an answer that the teacher dreamt, step by step, beside how likely the teacher does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.theme import INK, empty_figure, fact_color, fact_name, label, template
from app.words import percent, plural
from core.values import SleepStep

TITLE = "Teacher and student"
QUESTION = "Without the cache, is it learning to give the answers that it gave with it?"

NOTHING = "Nothing was measured here. The lines start when a night of dreams is being written into the weights."


@dataclass(frozen=True)
class Line:
    """One fact's dreamt answer. `student` is its probability (0 to 1) at the training steps `steps`."""

    fact: int
    question: str
    answer: str
    teacher: float
    steps: tuple[int, ...]
    student: tuple[float, ...]


def lines(steps: Sequence[SleepStep], fact: int | None = None) -> list[Line]:
    """One line per fact, or that of one fact."""
    begun = max((i for i, step in enumerate(steps) if step.probabilities and step.index == 0), default=0)
    # A night that the gate sent back is learned twice: only the last try is in the weights.
    measured = [(step.index, p) for step in steps[begun:] for p in step.probabilities if fact in (None, p.fact)]
    found = []
    for number in dict.fromkeys(p.fact for _, p in measured):
        own = [(index, p) for index, p in measured if p.fact == number]
        last = own[-1][1]
        places, values = tuple(index for index, _ in own), tuple(p.student for _, p in own)
        found.append(Line(number, last.question, last.answer, last.teacher, places, values))
    return found


def figure(steps: Sequence[SleepStep], dark: bool = True, fact: int | None = None) -> go.Figure:
    """The student's lines over the training steps on 0 to 100 %; dashed lines are their teachers, which do not learn."""
    drawn = lines(steps, fact)
    if not drawn:
        return empty_figure(NOTHING, dark)
    fig = go.Figure(layout=dict(template=template(dark), height=340, hovermode="closest"))
    end = max(line.steps[-1] for line in drawn)
    for line in drawn:
        _add(fig, line, end)
    for name, dash in (("student, cache empty", "solid"), ("teacher, memory in view", "dot")):
        fig.add_scatter(x=[None], y=[None], mode="lines", name=name, line=dict(color=INK[dark], dash=dash, width=2))
    fig.update_xaxes(title_text="training step", showgrid=False, range=[-0.02 * max(1, end), 1.03 * max(1, end)])
    shares = [0, 0.25, 0.5, 0.75, 1]
    fig.update_yaxes(tickvals=shares, ticktext=[percent(s) for s in shares], range=[-0.04, 1.06])
    fig.update_yaxes(title_text="probability of the whole answer")
    return fig


def _add(fig: go.Figure, line: Line, end: int) -> None:
    color = fact_color(line.fact)
    words = f"{fact_name(line.fact)}: {label(line.question, 60)} {label(line.answer, 40)}"
    fig.add_scatter(
        x=[0, end],
        y=[line.teacher] * 2,
        mode="lines",
        line=dict(color=color, dash="dot", width=1.6),
        hovertext=f"teacher, {percent(line.teacher)}<br>{words}",
        hoverinfo="text",
        showlegend=False,
    )
    fig.add_scatter(
        x=line.steps,
        y=line.student,
        mode="lines+markers",
        line=dict(color=color, width=2.5),
        marker=dict(size=7, color=color),
        hovertext=[f"step {s}: student {percent(p)}<br>{words}" for s, p in zip(line.steps, line.student, strict=True)],
        hoverinfo="text",
        showlegend=False,
    )


def caption(steps: Sequence[SleepStep], fact: int | None = None) -> str:
    """The takeaway in words."""
    drawn = lines(steps, fact)
    if not drawn:
        return NOTHING
    first, last, teacher = (
        sum(values) / len(drawn)
        for values in zip(*((line.student[0], line.student[-1], line.teacher) for line in drawn), strict=True)
    )
    whose = "One dreamt answer" if len(drawn) == 1 else f"One dreamt answer of each of {plural(len(drawn), 'fact')}"
    return (
        f"{whose}, the one to which the cache added most. To the student, with an empty cache, its probability went "
        f"from {percent(first)} to {percent(last)}{' on average' if len(drawn) > 1 else ''}; to the teacher, with that "
        f"memory in view, it is {percent(teacher)}. These answers are lessons of this night, not questions of the exam."
    )


def table(steps: Sequence[SleepStep], fact: int | None = None) -> list[dict]:
    """One row per fact and step measured."""
    return [
        {"fact": fact_name(line.fact), "question": line.question, "answer": line.answer}
        | {"training step": step, "student": value, "teacher": line.teacher}
        for line in lines(steps, fact)
        for step, value in zip(line.steps, line.student, strict=True)
    ]
