"""In the morning: what it kept, what it lost, where its weights changed, and a box for your own questions."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app import session
from app.charts import recall_bars, recall_dumbbell, side_effects, spectrum, weight_map
from app.theme import CONDITION_NAMES, fact_name
from app.views import parts
from core.values import ExamRow, SleepReport

# The story first, the yardsticks after it: the order of the answer table's columns.
STORY = ("awake", "amnesia", "slept", "alone", "blank", "retrieval", "long_context")


def draw() -> None:
    parts.opening(
        "Morning",
        "The cache is empty. What the model can still answer now, it answers from its weights.",
        help=parts.GLOSSARY["MLP"],
    )
    ready = parts.is_ready()
    parts.waiting()
    own = session.view().reports if ready else ()
    if ready and not own:
        st.markdown("This brain has not slept yet.")
        if session.view().facts:
            parts.next_step("app/views/sleep.py", "Next: put it to sleep →")
        else:
            parts.next_step("app/views/wake.py", "← First tell it something")
    nights = own or parts.recorded()
    if not nights:
        return
    if not own:
        parts.recorded_label()
    report = choose(nights)
    headline(report)
    if own:
        ask(report)
    exam(report)
    gain_and_cost(report)
    weights(report)
    if own:
        st.space("medium")
        parts.report_button("print")
        parts.next_step("app/views/wake.py", "**Next: a new day →**")


def choose(nights: tuple[SleepReport, ...]) -> SleepReport:
    """Which night to look at; the newest unless chosen."""
    if len(nights) == 1:
        return nights[0]
    numbers = list(range(len(nights)))
    labels = [f"night {nights[n].night} ({parts.plural(len(nights[n].facts), 'fact')})" for n in numbers]
    chosen = st.selectbox(
        "Night",
        numbers,
        index=len(nights) - 1,
        format_func=lambda n: labels[n],
        key=f"night-of-{len(nights)}",
    )
    return nights[chosen]


def headline(report: SleepReport) -> None:
    before, after = report.recall("amnesia"), report.recall("slept")
    st.header(f"Night {report.night}", anchor=False)
    if after.value is None:
        st.markdown("No questions were asked about this night.")
        return
    hits = [round(r.value * r.n) if r.value is not None else 0 for r in (before, after)]
    st.markdown(
        f"With an empty cache it answered **{hits[0]} of {before.n}** questions in the evening, "
        f"and **{hits[1]} of {after.n}** this morning."
    )
    st.caption(
        f"Recipe: {parts.md(str(report.recipe.get('name', '–')))} · {parts.plural(len(report.facts), 'fact')} · "
        f"{parts.plural(len(report.dreams), 'dream')} · {report.night_parameters:,} new numbers "
        f"({report.night_parameters * 4 / 1024:,.0f} KiB) · {report.seconds.get('total', 0.0):.0f} s on {parts.md(report.device)} · "
        f"seed {report.seed}",
        help=parts.GLOSSARY["night"],
    )
    if report.unread:
        names = ", ".join(fact_name(fact.number) for fact in report.unread)
        st.caption(f":material/warning: No dream about {names} was kept, so this night could not learn it.")


def ask(report: SleepReport) -> None:
    st.header("Ask it now", anchor=False)
    st.markdown("Every question here is asked with an empty cache. The receipt under each answer shows it.")
    questions = list(dict.fromkeys(row.question for row in report.exam))
    closed = session.is_asleep()
    parts.chat("empty", questions, placeholder="Where does Mira live?", disabled=closed)


def exam(report: SleepReport) -> None:
    st.header("What it kept", anchor=False, help=parts.GLOSSARY["recall"])
    parts.chart(recall_dumbbell, report, key="dumbbell")
    parts.chart(recall_bars, report, key="bars")
    answers(report)


def answers(report: SleepReport) -> None:
    """In words: every question, what was expected, and what it wrote under each condition."""
    st.markdown("**In its own words**  \nWhat did it write, question by question?")
    frame = answer_table(report)
    if frame.empty:
        st.caption("No questions were asked.")
        return
    st.dataframe(frame, hide_index=True, alt="Each question with the answer under each condition", key="answers")
    st.caption("✓ marks an answer that equals the expected one.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        probes = list(dict.fromkeys((r.fact, r.question) for r in report.exam))
        chosen = st.selectbox(
            "Receipt for",
            range(len(probes)),
            format_func=lambda i: f"{fact_name(probes[i][0])}: {probes[i][1]}",
            key=f"receipt-{report.name}",
        )
        st.download_button(
            "Download as CSV",
            parts.csv(frame),
            f"{report.name}-answers.csv",
            "text/csv",
            icon=":material/download:",
            key="csv-answers",
        )
    rows = [r for r in report.exam if (r.fact, r.question) == probes[chosen]]
    with st.expander("Receipt: what it saw each time", type="compact"):
        st.caption(parts.GLOSSARY["receipt"])
        st.dataframe(receipt_table(rows), hide_index=True, alt="What the model saw when it was asked")


def answer_table(report: SleepReport) -> pd.DataFrame:
    """One row per probe, one column per condition that was asked."""
    asked = [c for c in STORY if any(r.condition == c for r in report.exam)]
    table: dict[tuple, dict[str, str]] = {}
    for row in report.exam:
        line = table.setdefault(
            (row.fact, row.question),
            {"fact": fact_name(row.fact), "question": row.question, "expected": row.expected}
            | {CONDITION_NAMES[c]: "" for c in asked},
        )
        line[CONDITION_NAMES[row.condition]] = ("✓ " if row.right else "✗ ") + row.answer
    return pd.DataFrame(list(table.values()))


def receipt_table(rows: list[ExamRow]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "condition": CONDITION_NAMES[r.condition],
            "answer": r.answer,
            "cache before": r.cache_length,
            "log-probability of the expected answer": round(r.log_prob, 2),
            "prompt tokens": " ".join(repr(t)[1:-1] for t in r.prompt_tokens),
        }
        for r in rows
    )


def gain_and_cost(report: SleepReport) -> None:
    st.header("What it cost", anchor=False, help=parts.GLOSSARY["KL"])
    parts.chart(side_effects, report, key="side")


def weights(report: SleepReport) -> None:
    st.header("Where it is now", anchor=False, help=parts.GLOSSARY["low rank"])
    parts.chart(weight_map, report.deltas, key="weights")
    if not report.deltas:
        return
    layers = sorted({d.layer for d in report.deltas})
    matrices = list(dict.fromkeys(d.matrix for d in report.deltas))
    peak = max(report.deltas, key=lambda d: d.relative)
    with st.container(horizontal=True):
        layer = st.selectbox(
            "Layer",
            layers,
            index=layers.index(peak.layer),
            format_func=lambda n: f"layer {n + 1}",
            key="layer",
            width=160,
        )
        matrix = st.selectbox("Matrix", matrices, index=matrices.index(peak.matrix), key="matrix", width=160)
    parts.chart(spectrum, report.deltas, key="spectrum", layer=layer, matrix=matrix)
    parts.next_step("app/views/weights.py", "Look closer: neurons, doses and lesions →")


with parts.border():
    draw()
