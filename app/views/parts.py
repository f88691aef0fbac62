"""Pieces that all pages share: how one begins, the line that says what the brain is, waiting, what can be taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import errands, session
from app.printable import document
from app.recorded import SPEED
from app.views.glossary import explain
from app.words import plural, share_words
from app.worker import Job
from core.errors import NocturneError
from core.measured import SleepReport

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$^:&\"'=@/])")


def md(text: str) -> str:
    """Text that a person typed, safe inside Markdown: nothing in it is markup, a directive, an icon or HTML."""
    text = " ".join(str(text).split()).replace(":", ":\u2060")  # a word joiner breaks :material/x: and :smile:
    return _SPECIAL.sub(r"\\\1", text)


def opening(title: str, sentence: str, *, help: str | None = None) -> None:
    """How every page begins: its name and one sentence that says what it shows; its terms are explained on hover."""
    st.title(title, anchor=False)
    st.markdown(sentence, help=help or explain(sentence))


def next_step(page: str, label: str, *, disabled: bool = False) -> None:
    if not session.hides(Path(page).stem):
        st.page_link(page, label=label, disabled=disabled, query_params=session.address())


@contextmanager
def border() -> Iterator[None]:
    """The edge of a view: an error of ours ends the view with its sentence, and loses nothing."""
    try:
        yield
    except NocturneError as error:
        st.error(md(str(error)))


def complaint(place: str) -> None:
    """What went wrong with the last act at this place, if anything."""
    if text := session.errands().said(place):
        st.error(md(text), icon=":material/error:")


# The line under the navigation ---------------------------------------------------------------------


def header() -> None:
    """One line: which brain, which model, on what, how many nights, how full, and what it sees now."""
    desk, view = session.desk(), session.view()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if view is None:
            state = "the model could not be loaded" if desk.opening.error else "the model is being loaded …"
            st.caption(f"**{desk.name}** · {state}", width="content")
        else:
            st.caption(
                " · ".join(
                    [
                        f"**{desk.name}**",
                        f"{md(view.model.rstrip('/').rsplit('/', 1)[-1])} model, {millions(view.parameters)} parameters, on {md(view.device)}",
                        plural(len(view.nights), "night") + " so far",
                        f"cache {view.cache_length} of {view.snapshot.capacity}",
                        f"sees now: {sees_now()}",
                    ]
                ),
                help=explain("cache, night, receipt"),
                width="content",
            )
        if not session.is_recorded() and not session.hides("brains"):
            _brains()
    if (night := session.sleeping()) is not None:
        _watch_night(night)
    if session.is_recorded():
        recording_label()
    for text in session.link_complaints():
        st.warning(md(text), icon=":material/link_off:")
    if desk.unsaved:
        st.error(md(desk.unsaved), icon=":material/save:")


@st.fragment(run_every=2.0)
def _watch_night(job: Job) -> None:
    """Draws nothing: whatever page is open, it is drawn again when the night is over."""
    if job.is_over:
        st.rerun()


def sees_now() -> str:
    view = session.view()
    if session.is_asleep():
        return "its dreams (asleep)"
    if view.is_set_aside:
        return f"nothing ({plural(len(view.facts), 'fact')} set aside for tonight)"
    return plural(len(view.facts), "fact") if view.facts else "nothing"


def _brains() -> None:
    """The drawer with the brains kept on this machine."""
    with st.popover("Brains", icon=":material/bedtime:", type="tertiary", on_change="rerun", key="brains") as drawer:
        if not drawer.open:
            return
        from core.store import list_brains

        here = session.desk().name
        st.markdown(f"This page is **{here}**'s. Keep its address to come back: nothing is lost when you close it.")
        st.button("A new brain", icon=":material/add:", on_click=session.fresh, key="new-brain")
        others = [card for card in list_brains() if card.name != here]
        if others:
            st.caption("Kept on this machine:")
        for card in others:
            told = f"{plural(card.nights, 'night')}, {plural(card.facts, 'fact')} heard"
            st.button(
                f"{md(card.name)} · {told}",
                on_click=session.switch,
                args=(card.name,),
                key=f"open-{card.name}",
            )


def millions(n: int) -> str:
    return f"{n / 1e9:.1f} billion" if n >= 1e9 else f"{n / 1e6:.1f} million"


# Waiting ---------------------------------------------------------------------------------------------


def queue_words(job: Job) -> str:
    """Where a job stands, in words."""
    if ahead := job.worker.position(job):
        running = job.worker.running
        whose = "this brain" if running and running.owner == job.owner else "another brain"
        busy = f"{whose} is {running.title}" if running else "the device is busy"
        return f"Waiting for the device: {busy}; {plural(ahead, 'job')} ahead of this one."
    return f"{job.title[:1].upper()}{job.title[1:]} …"


def _line() -> DeltaGenerator:
    """The line under a page's opening where it says what it is doing. Always as tall, so that nothing below it moves."""
    return st.container(height=48, border=False)


@st.fragment(run_every=0.4)
def _watch(jobs: tuple[Job, ...]) -> None:
    job = next((job for job in jobs if not job.is_over), jobs[-1])
    done, total = job.progress or (0, 0)
    words = f"{queue_words(job)} {done} of {total}" if total else queue_words(job)
    st.progress(done / total if total else 0.0, text=words)
    if any(job.is_over for job in jobs):
        st.rerun()


def waiting() -> None:
    """Shows the acts on this brain, from whatever tab, that take longer than a moment; the page stays alive and is redrawn
    when they end."""
    if session.view() is None:
        return  # `is_ready` took the line
    with _line():
        if jobs := session.pending():
            _watch(jobs)


@st.fragment(run_every=0.5)
def _watch_opening() -> None:
    job = session.desk().opening
    if job.is_over:
        st.rerun()
    st.caption(f":shimmer[{queue_words(job)}] A first start takes some seconds; look at a recorded night meanwhile.")


def is_ready() -> bool:
    """Is the brain open? If not, says so, and redraws the page when it is."""
    desk = session.desk()
    if session.view() is not None:
        return True
    if desk.opening.is_over and desk.opening.error is not None:
        st.error(md(errands.sentence(desk.opening.error)), icon=":material/error:")
        st.button("Try again", on_click=desk.reopen, key="reopen")
    else:
        with _line():
            _watch_opening()
    return False


# The recorded night ---------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def recorded() -> tuple[SleepReport, ...]:
    """A real run of the built-in model that ships with the app; the first paint needs no model."""
    from core.reports import recorded_run

    return tuple(recorded_run())


@st.cache_resource(show_spinner=False)
def recorded_week() -> tuple[SleepReport, ...]:
    """A real life of some days of the built-in model, to show what a new brain has yet to live through."""
    from core.recording import recorded_week

    return recorded_week()


def recording_label() -> None:
    """On every page of the recorded mode: nothing here is happening now."""
    with st.container(horizontal=True, vertical_alignment="center", key="recording"):
        st.badge("Recording", icon=":material/history:", color="orange")
        st.caption(
            "You are watching a real run that was measured earlier; no model is loaded. Every answer, curve and figure "
            "is what was measured then. You can ask, clear the cache and let it sleep again "
            f"({SPEED:.0f} times as fast as it did), but tell it nothing new.",
            width="stretch",
        )
        if session.view() is not None and session.view().nights:
            st.button("Start it over", icon=":material/replay:", on_click=session.fresh, key="start-over")


def recorded_label(what: str = "night") -> None:
    st.badge(f"A recorded {what} of this same model", icon=":material/history:", color="gray")
    st.caption("Measured earlier on the built-in model and shipped with the app. It is not this brain.")


# To take away ---------------------------------------------------------------------------------------------


def report_button(key: str) -> None:
    """The whole session as one HTML file to print. It takes some 3 ms a night to write, so it is there before the click:
    a file made on the click is lost when the page runs again meanwhile."""
    desk, reports = session.desk(), session.view().reports
    st.download_button(
        "Download a report to print",
        document(desk.name, reports, desk.chat),
        f"{desk.name}.html",
        "text/html",
        icon=":material/print:",
        key=key,
        help="One file that opens without internet: figures, answers with receipts, seed and versions.",
    )


def percent(rate: Any) -> str:
    return "–" if rate.value is None else f"{share_words(rate.value)} of {rate.n}"
