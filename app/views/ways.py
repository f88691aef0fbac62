"""The four-way strip: any question, answered from nothing, from the cache, from the weights and from a look-up."""

from __future__ import annotations

import streamlit as st

from app import acts, session
from app.views import parts, talk
from app.views.glossary import GLOSSARY
from core.measured import SleepReport
from core.text import same_answer, same_question
from core.values import Way

NAMES = {"none": "No memory", "cache": "The cache", "weights": "Its weights", "retrieval": "Looked up"}
MEANS = {
    "none": "nights off, cache empty",
    "cache": "nights off; the sentences of night {night} read again now, since that day's own cache is over",
    "weights": "nights on, cache empty",
    "retrieval": "nights off, cache empty; the best-matching of all told sentences put before the question",
}
FETCHING = {"cache": "read them", "retrieval": "find them"}


def draw(report: SleepReport, questions: list[str]) -> None:
    """Ask for a question, then show its answers side by side. Nothing here changes the brain."""
    st.header("One question, four memories", anchor=False)
    st.markdown("Where can an answer come from, and what does it cost each time?")
    box = f"ways-question-{report.night_hash}"  # another night offers another question
    with st.form("ways-form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Any question", questions[0] if questions else "", key=box, max_chars=400)
        st.form_submit_button(
            "Ask all four",
            icon=":material/compare_arrows:",
            on_click=acts.ask_ways,
            args=(box, report.night),
            disabled=session.is_asleep(),
            key="go-ways",
        )
    parts.complaint("ways")
    found = session.desk().ways
    if not found:
        st.caption("Press “Ask all four” to see them side by side.")
        return
    st.text(found[0].answer.question)
    for column, way in zip(st.columns(len(found), gap="small"), found, strict=True):
        with column, st.container(border=True, height="stretch"):
            one(way)
    st.caption(
        "Tokens are all that stands before the answer: sentences in view, then the question. The cache pays for its "
        "sentences once a day, a look-up for every question, the weights never. Times are of this machine, now.",
        help=GLOSSARY["receipt"],
    )


def one(way: Way) -> None:
    """One answer with its cost and its receipt."""
    st.markdown(f"**{NAMES[way.kind]}**")
    st.caption(MEANS[way.kind].format(night=session.desk().ways_night))
    st.text(way.answer.text or "(it said nothing)")
    right = is_right(way)
    if right is not None:
        st.caption(":material/check: the expected answer" if right else ":material/close: not the expected answer")
    before = f", after {1000 * way.reading_seconds:.0f} ms to {FETCHING[way.kind]}" if way.kind in FETCHING else ""
    st.caption(
        f"{parts.plural(way.tokens, 'token')}: {way.tokens - way.question_tokens} of sentences, "
        f"{way.question_tokens} of the question · {1000 * way.answer.seconds:.0f} ms{before}"
    )
    talk.receipt(way.answer.receipt, way.answer.log_prob)


def is_right(way: Way) -> bool | None:
    """Against the expected answer, where this question belongs to a fact that it was told; else None."""
    known = [p for r in session.view().reports for f in r.facts for p in f.probes]
    expected = tuple(a for p in known if same_question(p.question, way.answer.question) for a in p.answers)
    return same_answer(way.answer.text, expected) if expected else None
