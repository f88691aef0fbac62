"""Training during the night: how far the student is still from its teacher."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import plotly.graph_objects as go

from app.theme import FAINT_INK, INK, PRIMARY, empty_figure, escape_label, template
from app.words import series, share_words
from core.values import SleepStep

TITLE = "Learning while asleep"
QUESTION = "Is the model without its notes getting closer to the model with them?"

# Ink and dash by source, both fixed, so that a line keeps its look from night to night. Hues belong to facts.
STYLES = {
    "dreams": (PRIMARY, "solid"),
    "statements": (PRIMARY, "dash"),
    "rehearsal": (FAINT_INK, "solid"),
    "lookalikes": (FAINT_INK, "dash"),
    "pages": (FAINT_INK, "dot"),
    "older nights": (INK, "dash"),
    "cues": (INK, "dot"),
}
OTHER = (INK, "dashdot")
SITS_OUT = (
    " What it gives sits out a few rounds, so the curves are mostly of what is still to be learned, or was lost again."
)
NO_NOTES = (
    " Rehearsal, lookalikes and pages have no notes: there the teacher is the model of that evening. They begin near 0, since the "
    "night has changed nothing yet; rising means being pulled away from it."
)
CUES = (
    " Behind its cue, the night's number, it learns to ask what it dreamt; which question comes next is never certain, so that "
    "line stays above 0."
)
_WITHOUT_NOTES = {"rehearsal", "lookalikes", "pages"}
NOTHING = "No training yet. The curve starts when the night is being written."


def curves(steps: Sequence[SleepStep]) -> dict[str, tuple[list[int], list[float]]]:
    """Source -> (training steps, losses in nats per token)."""
    ticks = [s for s in steps if s.losses]
    places = [s.index for s in ticks]
    # `index` counts within a stage. Where it starts over (two stages trained), the ticks are counted instead.
    if any(b <= a for a, b in itertools.pairwise(places)):
        places = list(range(1, len(ticks) + 1))
    found: dict[str, tuple[list[int], list[float]]] = {}
    for place, tick in zip(places, ticks, strict=True):
        for source, loss in tick.losses.items():
            xs, ys = found.setdefault(source, ([], []))
            xs.append(place)
            ys.append(float(loss))
    return found


def figure(steps: Sequence[SleepStep], dark: bool = True) -> go.Figure:
    """One line per source over the training steps, log scale. A loss of exactly 0 leaves a gap."""
    found = curves(steps)
    if not found:
        return empty_figure(NOTHING, dark)
    fig = go.Figure(layout=dict(template=template(dark), height=320, hovermode="x unified"))
    for source, (xs, ys) in found.items():
        ink, dash = STYLES.get(source, OTHER)
        fig.add_scatter(
            x=xs,
            y=[y if y > 0 else None for y in ys],
            mode="lines" if len(xs) > 1 else "markers",
            name=escape_label(source),
            line=dict(color=ink[dark], dash=dash, width=2.5),
            marker=dict(color=ink[dark], size=8),
            hovertemplate="%{y:.3g} nats",
        )
    fig.update_layout(showlegend=True)
    fig.update_xaxes(title_text="training step", showgrid=False)
    fig.update_yaxes(**log_axis(y for _, ys in found.values() for y in ys), title_text="loss, nats per token (log)")
    return fig


def log_axis(losses: Iterable[float]) -> dict:
    """Powers of ten alone leave a short range with a single tick; with more, a long one is crowded."""
    drawn = [y for y in losses if y > 0]
    is_short = bool(drawn) and max(drawn) < 100 * min(drawn)
    return dict(type="log", dtick="D2" if is_short else 1, tickformat="~g")


def caption(steps: Sequence[SleepStep]) -> str:
    """The takeaway in words."""
    found = curves(steps)
    if not found:
        return NOTHING
    parts = [f"{source} from {_nats(ys[0])} to {_nats(ys[-1])}" for source, (_, ys) in found.items()]
    last = max(xs[-1] for xs, _ in found.values())
    opening = f"Loss up to training step {last}, in nats per token"
    given = recalled(steps)
    lately = f" By then the student gave {given} of the dreamt answers.{SITS_OUT}" if given else ""
    apart = f"{NO_NOTES if found.keys() & _WITHOUT_NOTES else ''}{CUES if 'cues' in found else ''}"
    return f"{opening}: {series(parts)}. Lower means closer to the teacher.{apart}{lately}"


def _nats(loss: float) -> str:
    return "under 0.001" if 0 < loss < 0.001 else f"{loss:.3g}"


def recalled(steps: Sequence[SleepStep]) -> str:
    """Share of the dreamt answers that the student gave when it was last asked, or nothing."""
    newest = [s.recalled for s in steps if s.recalled is not None][-1:]
    return share_words(newest[0]) if newest else ""


def table(steps: Sequence[SleepStep]) -> list[dict]:
    """One row per tick that carried a loss and source."""
    return [
        {"training step": x, "source": source, "nats per token": y}
        for source, (xs, ys) in curves(steps).items()
        for x, y in zip(xs, ys, strict=True)
    ]
