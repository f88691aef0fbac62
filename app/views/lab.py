"""Compare: the same facts and seed under two or more recipes, each on a fresh brain, side by side."""

from __future__ import annotations

import streamlit as st

from app import acts, errands, session
from app.charts import hypnogram, lab_answers, lab_loss, lab_measures
from app.teaching import MAX_SEED
from app.views import parts, pictures
from app.worker import Job
from core import lab
from core.facts import Heard, example_sets
from core.lab import COMPARISONS, Comparison, Run, Side

STATES = {
    "queued": "waiting",
    "running": "running",
    "cancelled": "cancelled, nothing was kept of it",
    "failed": "failed",
}


def draw() -> None:
    parts.opening(
        "Lab",
        "The same facts, the same seed, another way to sleep: each side is lived by a fresh brain. Yours is not touched.",
    )
    if not parts.is_ready():
        return
    parts.waiting()
    if session.is_recorded():
        st.info(
            "The Lab runs real nights, and a recording has only one. With the model installed, you can compare here."
        )
        return
    name, sides = choose()
    desk = session.desk()
    keys = [lab.key_of(side, desk.fingerprint, session.view().device) for side in sides]
    runs = [lab.load(key) for key in keys]
    missing = [side for side, run in zip(sides, runs, strict=True) if run is None]
    jobs = [desk.trying.get(key) for key in keys]
    if any(job and not job.is_over for job in jobs):
        watch(sides, keys)
    elif missing:
        offer(sides, runs, jobs, missing)
    else:
        st.success("All sides were run. They are kept on this machine and not run again.", icon=":material/check:")
        session.compared(name)
    parts.complaint("lab")
    results(COMPARISONS[name], [(s.name, run) for s, run in zip(sides, runs, strict=True) if run])


# The choice ------------------------------------------------------------------------------------------


def choose() -> tuple[str, tuple[Side, ...]]:
    """The comparison, and its sides on the chosen facts and seed."""
    names = list(COMPARISONS)
    session.keep("lab-comparison", names[0])
    name = st.selectbox("What to compare", names, format_func=lambda n: COMPARISONS[n].title, key="lab-comparison")
    comparison = COMPARISONS[name]
    st.markdown(f"**{comparison.question}**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        facts = story(comparison) if comparison.story else choose_facts()
        session.keep("lab-seed", session.link().seed)
        seed = st.number_input(
            "Seed",
            0,
            MAX_SEED,
            key="lab-seed",
            width=140,
            help="All that is random in a night is drawn from it: same seed, same night.",
        )
    return name, comparison.sides(facts, int(seed))


def choose_facts() -> tuple[Heard, ...]:
    sources = fact_sources()
    labels = list(sources)
    session.keep("lab-facts", labels[0], labels)
    label = st.selectbox(
        "Facts",
        labels,
        format_func=lambda one: f"{one} ({len(sources[one])})",
        key="lab-facts",
        width=420,
    )
    with st.popover("Read them", type="tertiary"):
        st.text("\n".join(heard.statement for heard in sources[label]))
    return sources[label]


def fact_sources() -> dict[str, tuple[Heard, ...]]:
    """This brain's own facts first, with their questions; then those of a link, then the example sets."""
    view, link = session.view(), session.link()
    own = {"Today's facts": view.facts} if view.facts else {}
    own |= {f"The facts of night {report.night}": report.facts for report in reversed(view.reports)}
    found = {title: tuple(Heard(f.statement, f.probes) for f in facts) for title, facts in own.items()}
    given = {"The facts of your link": link.preset} if link.preset else {}
    given |= {title: tuple(facts) for title, facts in example_sets().items()}
    return found | {title: tuple(map(Heard, facts)) for title, facts in given.items()}


def story(comparison: Comparison) -> tuple[Heard, ...]:
    """This comparison brings its own facts."""
    nights = comparison.story[0]
    with st.popover("Its facts", type="tertiary"):
        for number, night in enumerate(nights, 1):
            st.caption(f"Day {number}")
            st.text("\n".join(heard.statement for heard in night))
    return ()


# Running ---------------------------------------------------------------------------------------------


def offer(sides: tuple[Side, ...], runs: list[Run | None], jobs: list[Job | None], missing: list[Side]) -> None:
    with st.container(border=True):
        for side, run, job in zip(sides, runs, jobs, strict=True):
            status(side, run, job)
        again = "Run the rest" if len(missing) < len(sides) else "Run them all"
        st.button(
            again, type="primary", icon=":material/science:", on_click=acts.compare, args=(missing,), key="lab-run"
        )
        nights = sum(len(side.nights) for side in missing)
        st.caption(
            f"This takes the time of {parts.plural(nights, 'night')}. You can go on with the other pages; what you tell or ask "
            "there waits only for the one that is being run."
        )


def status(side: Side, run: Run | None, job: Job | None) -> None:
    """One side in one line, with what went wrong, if anything."""
    if run:
        words = "done"
    elif job is None or job.state == "done":
        words = "not run yet"
    else:
        words = STATES[job.state]
    st.markdown(f"**{side.name}** · {words}")
    if job is not None and job.error is not None and run is None:
        st.error(parts.md(errands.sentence(job.error)), icon=":material/error:")


@st.fragment(run_every=1.0)
def watch(sides: tuple[Side, ...], keys: list[str]) -> None:
    """The sides as they run; the rest of the app stays alive meanwhile."""
    jobs = [session.desk().trying.get(key) for key in keys]
    if all(job is None or job.is_over for job in jobs):
        st.rerun()
    with st.container(border=True):
        for side, key, job in zip(sides, keys, jobs, strict=True):
            if job is None or job.is_over:
                status(side, lab.load(key), job)
            else:
                running(side, job)
        waiting = [job for job in jobs if job and not job.is_over]
        is_stopping = all(job.cancelling.is_set() for job in waiting)
        st.button(
            "Stopping …" if is_stopping else "Cancel",
            icon=":material/close:",
            on_click=lambda: [job.cancel() for job in waiting],
            disabled=is_stopping,
            key="lab-cancel",
        )


def running(side: Side, job: Job) -> None:
    steps = list(job.steps)
    if not steps:
        st.progress(0.0, text=f"{side.name} · {parts.queue_words(job)}")
        return
    now = steps[-1]
    stage = f"{hypnogram.STAGE_NAMES[now.stage]}, {now.index} of {now.total} · {now.seconds:.0f} s"
    st.progress(min(1.0, now.index / max(1, now.total)), text=f"{side.name} · {stage}")


# Results ---------------------------------------------------------------------------------------------


def results(comparison: Comparison, runs: list[tuple[str, Run]]) -> None:
    if not runs:
        return
    st.header("Side by side", anchor=False)
    if comparison.hint:
        st.markdown(comparison.hint)
    pictures.chart(lab_measures, runs, key="lab-measures")
    pictures.chart(lab_answers, runs, key="lab-answers")
    pictures.chart(lab_loss, runs, key="lab-loss")
    st.caption(
        "A handful of facts and one seed show how it works, not how well in general: "
        "differences of one or two questions may be luck. Try another seed."
    )


with parts.border():
    draw()
