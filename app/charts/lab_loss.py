"""Learning curves of several runs on the same facts, in columns that share one scale."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.charts.loss_curve import OTHER, STYLES, curves, log_axis
from app.theme import empty_figure, escape_label, template
from app.words import plural
from core.lab import Run

TITLE = "Learning, side by side"
QUESTION = "How long did each one train, and how close did it get to its teacher?"
NOTHING = "Nothing was trained yet. Start the runs and their curves appear here."

Runs = Sequence[tuple[str, Run]]


def figure(runs: Runs, dark: bool = True) -> go.Figure:
    """A panel per run, one line per source of lessons; zooming in one panel zooms in all."""
    found = [(name, curves(run.steps)) for name, run in runs]
    if not any(lines for _, lines in found):
        return empty_figure(NOTHING, dark)
    titles = [escape_label(name) for name, _ in found]
    fig = make_subplots(1, len(found), shared_yaxes=True, horizontal_spacing=0.03, subplot_titles=titles)
    seen = set()
    for column, (_, lines) in enumerate(found, 1):
        for source, (xs, ys) in lines.items():
            ink, dash = STYLES.get(source, OTHER)
            fig.add_scatter(
                x=xs,
                y=[y if y > 0 else None for y in ys],
                mode="lines",
                name=escape_label(source),
                legendgroup=escape_label(source),
                showlegend=source not in seen,
                line=dict(color=ink[dark], dash=dash, width=2.2),
                hovertemplate="step %{x}: %{y:.3g} nats",
                row=1,
                col=column,
            )
            seen.add(source)
    fig.update_layout(template=template(dark), height=330, margin_t=70, legend=dict(y=1.16))
    fig.update_xaxes(title_text="training step", showgrid=False, matches="x", rangemode="tozero")
    fig.update_yaxes(**log_axis(y for _, lines in found for _, ys in lines.values() for y in ys), matches="y")
    fig.update_yaxes(title_text="loss, nats per token (log)", col=1)
    return fig


def caption(runs: Runs) -> str:
    """The takeaway in words. Sources of lessons differ, so losses of different sources are not compared."""
    if not runs:
        return NOTHING
    parts = []
    for name, run in runs:
        trained = sum(1 for step in run.steps if step.losses)
        seconds = sum(report.seconds.get("total", 0.0) for report in run.reports)
        parts.append(f"{name}: {plural(trained, 'training step')}, {seconds:.0f} s in all")
    return f"{'; '.join(parts)}. Compare lines of one kind only: each kind of lesson has a loss of its own."


def table(runs: Runs) -> list[dict]:
    """One row per run, source and training step."""
    return [
        {"run": name, "source": source, "training step": x, "nats per token": y}
        for name, run in runs
        for source, (xs, ys) in curves(run.steps).items()
        for x, y in zip(xs, ys, strict=True)
    ]
