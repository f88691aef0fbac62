"""What each run answers to each question afterwards: the same rows, a column per run."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.theme import (
    GROUND,
    INK,
    PRIMARY,
    SURFACE,
    blend,
    empty_figure,
    escape_label,
    fact_ink,
    fact_name,
    label,
    template,
)
from app.words import two_lines
from core.lab import Run
from core.measured import ExamRow

TITLE = "Question by question"
QUESTION = "Asked with an empty cache afterwards, what does each one say?"
NOTHING = "Nothing was asked yet. Start the runs and their answers appear here."

Runs = Sequence[tuple[str, Run]]


def questions(runs: Runs) -> list[tuple[int, str, str, str]]:
    """(fact, statement, question, expected), each once, in the order told. All runs were asked the same."""
    rows = [row for _, run in runs for row in run.final]
    return sorted({(r.fact, r.statement, r.question, r.expected): None for r in rows})


def answers(run: Run) -> dict[tuple[int, str, str, str], ExamRow]:
    return {(r.fact, r.statement, r.question, r.expected): r for r in run.final}


def figure(runs: Runs, dark: bool = True) -> go.Figure:
    """Cells with the answer in words; a tick and a tint say that it is the expected one."""
    asked = questions(runs)
    if not asked:
        return empty_figure(NOTHING, dark)
    found = [answers(run) for _, run in runs]
    grid = [[one.get(q) for one in found] for q in asked]
    right = blend(SURFACE[dark], PRIMARY[dark], 0.3)
    fig = go.Figure(layout=dict(template=template(dark), height=90 + 54 * len(asked)))
    fig.add_heatmap(
        z=[[None if row is None else float(row.right) for row in line] for line in grid],
        text=[["" if row is None else _cell(row) for row in line] for line in grid],
        texttemplate="%{text}",
        textfont=dict(size=13, color=INK[dark]),
        hovertext=[[label(q[2], 80)] * len(runs) for q in asked],
        hoverinfo="text",
        colorscale=[[0, SURFACE[dark]], [1, right]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=4,
        ygap=4,
    )
    names = [f'<span style="color:{fact_ink(q[0], dark)}">■ {two_lines(q[2], 30)}</span>' for q in asked]
    fig.update_yaxes(tickvals=list(range(len(asked))), ticktext=names, autorange="reversed", ticklabelstandoff=6)
    fig.update_xaxes(tickvals=list(range(len(runs))), ticktext=[escape_label(n) for n, _ in runs], side="top")
    fig.update_xaxes(showgrid=False).update_yaxes(showgrid=False).update_layout(plot_bgcolor=GROUND[dark])
    return fig


def _cell(row: ExamRow) -> str:
    return ("✓ " if row.right else "✗ ") + label(row.answer, 24)


def caption(runs: Runs) -> str:
    """The takeaway in words."""
    asked = questions(runs)
    if not asked:
        return NOTHING
    parts = [f"{name} {sum(row.right for row in answers(run).values())}" for name, run in runs]
    return f"Of {len(asked)} questions answered as expected: {', '.join(parts)}. A tick marks an expected answer."


def table(runs: Runs) -> list[dict]:
    """One row per question and run."""
    found = [(name, answers(run)) for name, run in runs]
    return [
        {"fact": fact_name(q[0]), "statement": q[1], "question": q[2], "expected": q[3], "run": name}
        | {"answer": one[q].answer, "right": one[q].right}
        for q in questions(runs)
        for name, one in found
        if q in one
    ]
