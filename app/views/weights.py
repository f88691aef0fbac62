"""Where it went: which weights a night changed, what they now say, and what is lost when a part of it is taken away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import selection, session
from app.charts import attribution, dose_curve, lesion_map, neurons, night_cosine, weight_map
from app.measures import ANATOMY, ATTRIBUTION, DOSE, LESION
from app.theme import fact_name, short
from app.views import matrices, parts, pictures
from app.views.glossary import GLOSSARY
from app.views.measuring import measured
from core.findings import DoseCurve
from core.measured import SleepReport

PROMISE = "This is tried on a private copy of the weights; the brain itself does not change."


def draw() -> None:
    parts.opening(
        "Weights",
        "Where it went: which of its weights the night changed, and what is lost when a part of the night is taken away.",
        help=f"{GLOSSARY['MLP']}\n\n{GLOSSARY['night']}",
    )
    ready = parts.is_ready()
    parts.waiting()
    if not ready or not session.view().reports:
        before_any_night(ready)
        return
    if session.is_asleep():
        st.info(
            "It is asleep. What was measured is shown; new measurements wait till morning.", icon=":material/bedtime:"
        )
    report, fact = choose(session.view().reports)
    st.header("What changed", anchor=False, help=GLOSSARY["low rank"])
    place = matrices.draw(report, "weights")
    if session.is_recorded():
        st.info(
            "Neurons, doses, lesions and attribution are measured on the model itself, and a recording has none. With "
            "the model installed, you find them here.",
            icon=":material/history:",
        )
        return
    if place:
        inside(report, place)
    dose(report)
    lesions(report, fact)
    attributed(report, fact)


def before_any_night(ready: bool) -> None:
    if ready:
        st.markdown("This brain has not slept yet, so no weight has changed.")
        if session.view().facts:
            parts.next_step("app/views/sleep.py", "Next: put it to sleep →")
        else:
            parts.next_step("app/views/wake.py", "← First tell it something")
    if parts.recorded():
        parts.recorded_label()
        pictures.chart(weight_map, parts.recorded()[0].deltas, key="recorded-weights")


def choose(reports: tuple[SleepReport, ...]) -> tuple[SleepReport, int | None]:
    """The night and the fact that the whole page is about."""
    with st.container(horizontal=True):
        by_number = {r.night: r for r in reports}
        number = st.selectbox(
            "Night",
            format_func=lambda n: f"night {n} ({parts.plural(len(by_number[n].facts), 'fact')})",
            width=240,
            **selection.chooser("night", list(by_number), -1),
        )
        report = by_number[number]
        statements = {f.number: f.statement for f in report.facts}
        fact = st.selectbox(
            "Fact",
            format_func=lambda n: f"{fact_name(n)}: {short(statements[n], 60)}",
            width=520,
            **selection.chooser("fact", list(statements), 0),
        )
    return report, fact


def inside(report: SleepReport, place: tuple[int, str]) -> None:
    """Neurons and nights: quick to measure, so nobody has to ask for it."""
    st.header("What it says now", anchor=False, help=GLOSSARY["neuron"])
    found = measured(ANATOMY, report.name, question=PROMISE)
    if found is None:
        return
    units, cosines = found
    whole = st.segmented_control(
        "Which neurons",
        ["all", "layer"],
        format_func={"all": "Of all layers", "layer": f"Of layer {place[0] + 1}"}.get,
        default="all",
        required=True,
        key="which-neurons",
    )
    pictures.chart(neurons, units, key="neurons", layer=None if whole == "all" else place[0])
    if len(cosines.nights) < 2:
        pictures.chart(night_cosine, cosines, key="cosine", table=False)
        return
    which = st.segmented_control(
        "Which weights",
        ["all", "matrix"],
        format_func={"all": "All matrices", "matrix": f"{place[1]} of layer {place[0] + 1}"}.get,
        default="all",
        required=True,
        key="which-weights",
    )
    layer, matrix = (None, None) if which == "all" else place
    pictures.chart(night_cosine, cosines, key="cosine", layer=layer, matrix=matrix)


def dose(report: SleepReport) -> None:
    st.header("A little of it, or too much", anchor=False, help=GLOSSARY["dose"])
    curve = measured(DOSE, report.name, button="Measure the dose curve", question=f"{dose_curve.QUESTION} {PROMISE}")
    if curve is None:
        return
    doses = [p.dose for p in curve.points]
    looked_at = st.select_slider(
        "Dose (times the night)",
        doses,
        value=curve.in_effect if curve.in_effect in doses else doses[-1],
        format_func=lambda d: f"{d:g}",
        key=f"dose-{report.night_hash}",
    )
    pictures.chart(dose_curve, curve, key="dose", drawn={"dose": looked_at})
    st.markdown(f"**What it writes at dose {looked_at:g}**")
    st.dataframe(
        answers_at(curve, looked_at), hide_index=True, alt=f"Its answers at dose {looked_at:g}", key="dose-answers"
    )


def answers_at(curve: DoseCurve, dose: float) -> pd.DataFrame:
    point = next(p for p in curve.points if p.dose == dose)
    return pd.DataFrame(
        {
            "fact": fact_name(row.fact),
            "question": row.question,
            "expected": row.expected,
            "answer": ("✓ " if row.right else "✗ ") + row.answer,
            "log-probability of the expected answer": round(row.log_prob, 2),
        }
        for row in point.rows
    )


def lesions(report: SleepReport, fact: int | None) -> None:
    st.header("Take a layer away", anchor=False, help=GLOSSARY["lesion"])
    found = measured(LESION, report.name, button="Lesion each layer", question=f"{lesion_map.QUESTION} {PROMISE}")
    if found is not None:
        pictures.chart(lesion_map, found, key="lesions", drawn={"fact": fact})


def attributed(report: SleepReport, fact: int | None) -> None:
    st.header("Look instead of trying", anchor=False, help=GLOSSARY["attribution"])
    probes = next((f.probes for f in report.facts if f.number == fact), ())
    if not probes:
        st.markdown("This fact has no question; choose another one at the top of the page.")
        return
    st.markdown(f"{fact_name(fact).capitalize()}: {parts.md(probes[0].question)} → {parts.md(probes[0].answers[0])}")
    found = measured(
        ATTRIBUTION, report.name, fact, button="Attribute this answer", question=f"{attribution.QUESTION} {PROMISE}"
    )
    if found is not None:
        pictures.chart(attribution, found, key="attribution")


with parts.border():
    draw()
