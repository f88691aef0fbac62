"""In the morning: what it kept, what it lost, where its weights changed, and a box for your own questions."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from app import selection, session
from app.charts import fact_nights, recall_bars, recall_dumbbell, side_effects
from app.theme import CONDITION_NAMES, fact_name
from app.views import guess, matrices, parts, pictures, talk, ways
from app.views.glossary import GLOSSARY
from app.words import yes_no_words
from core.journal import left_out
from core.measured import ExamRow, SleepReport

# The story first, the yardsticks after it: the order of the answer table's columns.
STORY = ("awake", "amnesia", "slept", "alone", "blank", "retrieval", "long_context")


def draw() -> None:
    parts.opening(
        "Morning",
        "The cache is empty. What the model can still answer now, it answers from its weights.",
        help=GLOSSARY["MLP"],
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
    st.header(f"Night {report.night}", anchor=False)
    is_revealed = guess.is_revealed(report)
    if is_revealed:
        headline(report)
    if own:
        questions = list(dict.fromkeys(row.question for row in report.exam))
        ask(questions)
        ways.draw(report, questions)
    if is_revealed:
        exam(report, [night for night in nights if night.name not in session.desk().unseen])
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
    by_number = {report.night: report for report in nights}
    number = st.selectbox(
        "Night",
        format_func=lambda n: f"night {n} ({parts.plural(len(by_number[n].facts), 'fact')})",
        **selection.chooser("night", list(by_number), -1),
    )
    return by_number[number]


def headline(report: SleepReport) -> None:
    before, after = report.recall("amnesia"), report.recall("slept")
    guess.score(report)
    if after.value is None:
        st.markdown(yes_no_words(report) or "No questions were asked about this night.")
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
        help=GLOSSARY["night"],
    )
    if report.unread:
        names = ", ".join(fact_name(fact.number) for fact in report.unread)
        st.caption(f":material/warning: No dream about {names} was kept, so this night could not learn it.")


def ask(questions: list[str]) -> None:
    st.header("Ask it now", anchor=False)
    st.markdown("Every question here is asked with an empty cache. The receipt under each answer shows it.")
    closed = session.is_asleep()
    talk.chat("empty", questions, placeholder="Where does Mira live?", disabled=closed)


def exam(report: SleepReport, nights: list[SleepReport]) -> None:
    st.header("What it kept", anchor=False, help=GLOSSARY["recall"])
    slept_again(report)
    fact = selection.selected("fact", [f.number for f in report.facts])
    pictures.chart(
        recall_dumbbell, report, key="dumbbell", drawn={"fact": fact}, on_pick=partial(selection.pick, "fact")
    )
    pictures.chart(recall_bars, report, key="bars")
    pictures.chart(fact_nights, nights, key="fact-nights")
    answers(report)


def slept_again(report: SleepReport) -> None:
    """What leaving dreams out did: this night beside the same night as it was slept the time before."""
    before = session.desk().replaced
    if before is None or before.name != report.name:
        return
    was, now = before.recall("slept"), report.recall("slept")
    out = len(left_out(report.dreams))
    st.info(
        f"This night was slept again. The time before it answered {parts.percent(was)}; now, with "
        f"{parts.plural(out, 'dreamt question')} left out, {parts.percent(now)}. All else was the same: evening, recipe, seed.",
        icon=":material/replay:",
    )
    old = {(r.fact, r.question): r.answer for r in before.exam if r.condition == "slept"}
    for row in report.exam:
        if row.condition == "slept" and old.get((row.fact, row.question), row.answer) != row.answer:
            st.text(f"{row.question}  before: {old[row.fact, row.question]}  now: {row.answer}")


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
            **selection.follow("fact", [number for number, _ in probes], f"receipt-{report.night_hash}"),
        )
        st.download_button(
            "Download as CSV",
            pictures.csv(frame),
            f"{report.name}-answers.csv",
            "text/csv",
            icon=":material/download:",
            key="csv-answers",
        )
    rows = [r for r in report.exam if (r.fact, r.question) == probes[chosen]]
    with st.expander("Receipt: what it saw each time", type="compact"):
        st.caption(GLOSSARY["receipt"])
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
    st.header("What it cost", anchor=False, help=GLOSSARY["KL"])
    pictures.chart(side_effects, report, key="side")
    left, right = st.columns(2, gap="large")
    drift, moved = report.side.drift_nats, report.side.kl_to_base
    left.metric("Surprise on unrelated text", f"{drift:+.3f} nats per token", help="0 is best: nothing was disturbed.")
    right.metric("Moved from the untouched model", f"{moved:.3f} nats per token", help=GLOSSARY["KL"])
    changed(report)


def changed(report: SleepReport) -> None:
    """The answers that should have stayed as they were and moved most."""
    st.markdown(
        "**Answers that moved most**  \nOf questions on things it was never told, which answers did the night disturb?"
    )
    if not report.changed:
        st.caption("No answer lost any probability, or this night was measured before such a list was kept.")
        return
    rows = [{"question": c.question, "before": c.before, "after": c.after} for c in report.changed]
    frame = pd.DataFrame(rows).assign(nats=[round(c.nats, 2) for c in report.changed])
    frame.columns = [*frame.columns[:3], "lost by the old answer, nats"]
    st.dataframe(frame, hide_index=True, alt="Questions that were never told, answered before and after the night")
    other = sum(c.before != c.after for c in report.changed)
    st.caption(
        f"The {len(frame)} whose old answer lost most, asked with an empty cache; {other} got another answer. "
        "Nats are log-probability: 1 nat lost means that the old answer became 2.7 times less likely."
    )
    file = f"{report.name}-moved.csv"
    st.download_button(
        "Download as CSV", pictures.csv(frame), file, "text/csv", icon=":material/download:", key="csv-moved"
    )


def weights(report: SleepReport) -> None:
    st.header("Where it is now", anchor=False, help=GLOSSARY["low rank"])
    if matrices.draw(report, "morning"):
        parts.next_step("app/views/weights.py", "Look closer: neurons, doses and lesions →")


with parts.border():
    draw()
