"""What is measured when somebody asks for it: the button, the progress with a way to stop it, the result."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import streamlit as st

from app import errands, session
from app.measures import Measure
from app.views import parts
from app.worker import Job


def measured(measure: Measure, *about: Hashable, button: str | None = None, question: str = "") -> Any:
    """The result, if it is there. If not: the question that it answers and the button that starts it (or, without a button,
    it starts), or its progress."""
    desk, view = session.desk(), session.view()
    job = measure.of(desk, view, *about)
    if job is None and button is None and not session.is_asleep():
        job = measure.take(desk, view, *about)
        job.ended.wait(errands.PATIENCE)
    if job is not None and not job.is_over:
        watch(job, measure.name)
        return None
    if job is not None and job.state == "done":
        return job.result
    if job is not None and job.error is not None:
        st.error(parts.md(errands.sentence(job.error)), icon=":material/error:")
    elif job is not None:
        st.caption("Stopped before it was done. Nothing changed.")
    st.markdown(question)
    st.button(
        button or ("Try again" if job else "Measure it"),
        icon=":material/science:",
        on_click=measure.take,
        args=(desk, view, *about),
        disabled=session.is_asleep(),
        key=f"measure-{measure.name}",
    )
    return None


@st.fragment(run_every=0.5)
def watch(job: Job, key: str) -> None:
    """How far a measurement is, with a way to stop it; the page is drawn again when it ends."""
    if job.is_over:
        st.rerun()
    done, total = job.progress or (0, 0)
    words = "Stopping …" if job.cancelling.is_set() else parts.queue_words(job)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done / total if total else 0.0, text=f"{words} {done} of {total}" if total else words)
        st.button(
            "Cancel",
            icon=":material/close:",
            on_click=job.cancel,
            disabled=job.cancelling.is_set(),
            key=f"cancel-{key}",
        )
