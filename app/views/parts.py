"""Pieces that the three views share: a chart with its words, a chat, the line that says what the brain is, waiting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import selection, session
from app.frozen import Exchange, Where
from app.printable import document
from app.views.glossary import GLOSSARY, explain
from app.worker import WORKER, Job
from core.errors import NocturneError
from core.values import Receipt, SleepReport

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
    if text := session.said(place):
        st.error(md(text), icon=":material/error:")


# The line under the navigation ---------------------------------------------------------------------


def header() -> None:
    """One line: which brain, which model, on what, how many nights, how full, and what it sees now."""
    desk, view = session.desk(), session.view()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if view is None:
            st.caption(f"**{desk.name}** · the model is being loaded …", width="content")
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
    if session.is_recorded():
        recording_label()
    for text in session.link_complaints():
        st.warning(md(text), icon=":material/link_off:")


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


def plural(n: int, noun: str, many: str | None = None) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {many or noun + 's'}"


# Waiting ---------------------------------------------------------------------------------------------


def queue_words(job: Job) -> str:
    """Where a job stands, in words."""
    ahead = WORKER.position(job)
    if ahead:
        running = WORKER.running
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
    """Shows the acts of this tab that take longer than a moment; the page stays alive and is redrawn when they end."""
    if session.view() is None:
        return  # `is_ready` took the line
    with _line():
        if jobs := tuple(session.pending()):
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
        st.error(md(session.sentence(desk.opening.error)), icon=":material/error:")
        st.button("Try again", on_click=desk.reopen, key="reopen")
    else:
        with _line():
            _watch_opening()
    return False


# Charts ------------------------------------------------------------------------------------------------


def chart(
    module: ModuleType,
    *values: Any,
    key: str,
    table: bool = True,
    drawn: dict | None = None,
    on_pick: Callable[[Any], None] | None = None,
    **options: Any,
) -> None:
    """A picture with the question it answers, its takeaway in words, and its twin as a table.

    `options` go to figure, caption and table alike; `drawn` to the figure alone. `on_pick` is called with the
    `customdata` of a point that was clicked; whatever it does must have a twin that needs no mouse.
    """
    takeaway = module.caption(*values, **options)
    st.markdown(f"**{module.TITLE}**  \n{module.QUESTION}")
    st.plotly_chart(
        module.figure(*values, **options, **(drawn or {}), dark=session.is_dark()),
        key=f"chart-{key}",
        theme=None,
        alt=takeaway,
        config={"displayModeBar": False, "scrollZoom": False},
        **_clicks(f"chart-{key}", on_pick),
    )
    st.caption(md(takeaway), help=explain(f"{module.QUESTION} {takeaway}"))
    if table:
        twin(lambda: module.table(*values, **options), key=key, title=module.TITLE)


def _clicks(chart: str, on_pick: Callable[[Any], None] | None) -> dict[str, Any]:
    """What makes a chart answer clicks on its points."""
    if on_pick is None:
        return {}

    def take() -> None:
        if (point := selection.picked(chart)) is not None:
            on_pick(point)

    return {"on_select": take, "selection_mode": "points"}


def twin(rows: Any, *, key: str, title: str) -> None:
    """The same numbers as a table, to read, to hear and to take away as CSV."""
    with st.expander("The same as a table", key=f"twin-{key}", on_change="rerun", type="compact") as box:
        if box.open:
            frame = pd.DataFrame(rows())
            st.dataframe(frame, hide_index=True, alt=f"{title}, as a table")
            st.download_button(
                "Download as CSV",
                csv(frame),
                f"{key}.csv",
                "text/csv",
                key=f"csv-{key}",
                icon=":material/download:",
            )


def csv(frame: pd.DataFrame) -> str:
    """CSV whose cells no spreadsheet takes for a formula."""

    def safe(cell: Any) -> Any:
        return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

    return frame.rename(columns=safe).map(safe).to_csv(index=False)


# The chat -------------------------------------------------------------------------------------------------


def chat(where: Where, suggestions: list[str], *, placeholder: str, disabled: bool = False) -> None:
    """Questions and answers, each answer with its receipt; questions that it should know are offered to click."""
    past = session.chat(where)
    with st.container(height=380 if len(past) > 2 else "content", border=False, autoscroll=True):
        for number, exchange in enumerate(past):
            _exchange(exchange, f"{where}-{number}")
    complaint(f"ask-{where}")
    st.chat_input(
        placeholder,
        key=f"ask-{where}",
        max_chars=400,
        disabled=disabled,
        on_submit=session.ask_box,
        args=(f"ask-{where}", where),
    )
    if suggestions:
        st.caption("Or ask one of these:")
        with st.container(horizontal=True, gap="small"):
            for number, question in enumerate(suggestions[:6]):
                st.button(
                    md(question),
                    key=f"suggest-{where}-{number}",
                    on_click=session.ask,
                    args=(question, where),
                    disabled=disabled,
                )


def _exchange(exchange: Exchange, key: str) -> None:
    answer = exchange.answer
    with st.chat_message("user", avatar=":material/person:"):
        st.text(answer.question)
    with st.chat_message("assistant", avatar=":material/bedtime:"):
        st.text(answer.text or "(it said nothing)")
        receipt(answer.receipt, answer.log_prob)


def receipt(slip: Receipt, log_prob: float | None = None) -> None:
    nights = ", ".join(md(n) for n in slip.nights) or "none"
    seen = "empty cache" if slip.cache_length == 0 else f"{plural(slip.cache_length, 'entry', 'entries')} in the cache"
    with st.expander(f"Receipt: {seen}, nights on: {nights}", type="compact"):
        st.caption(GLOSSARY["receipt"])
        st.text(f"Cache before the question: {slip.cache_length}")
        st.text(f"Prompt tokens ({len(slip.prompt_tokens)}):")
        st.code(" ".join(repr(t)[1:-1] or "␣" for t in slip.prompt_tokens), language=None, wrap_lines=True)
        if log_prob is not None and isfinite(log_prob):
            st.text(f"Log-probability of the answer: {log_prob:.2f} nats")


# The recorded night ---------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def recorded() -> tuple[SleepReport, ...]:
    """A real run of the built-in model that ships with the app; the first paint needs no model."""
    from core.reports import recorded_run

    return tuple(recorded_run())


def recording_label() -> None:
    """On every page of the recorded mode: nothing here is happening now."""
    with st.container(horizontal=True, vertical_alignment="center", key="recording"):
        st.badge("Recording", icon=":material/history:", color="orange")
        st.caption(
            "You are watching a real run that was measured earlier; no model is loaded. Every answer, curve and figure "
            "is what was measured then. You can ask, clear the cache and let it sleep again, but tell it nothing new.",
            width="stretch",
        )


def recorded_label() -> None:
    st.badge("A recorded night of this same model", icon=":material/history:", color="gray")
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
    return "–" if rate.value is None else f"{100 * rate.value:.0f} % of {rate.n}"
