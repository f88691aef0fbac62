"""By day: tell the model facts, ask about them, and see the cache that holds them."""

from __future__ import annotations

import streamlit as st

from app import acts, session
from app.charts import cache_fill, recall_dumbbell
from app.views import parts, pictures, seeing, talk, today
from app.views.glossary import GLOSSARY

MANNERS = {"one": "One fact", "many": "Many at once", "examples": "An example"}


def draw() -> None:
    parts.opening(
        "Wake",
        "By day the model reads what you tell it into its attention cache and answers from there. "
        "Its weights do not change.",
    )
    ready = parts.is_ready()
    if session.is_asleep():
        st.info("It is asleep. It listens again when it wakes.", icon=":material/bedtime:")
        parts.next_step("app/views/sleep.py", "Watch it sleep →")
    parts.waiting()
    closed = not ready or session.is_asleep()
    left, right = st.columns(2, gap="large")
    with left:
        tell(closed)
    with right:
        ask(closed)
    if not ready or session.view().is_blank:
        recorded_night()
        return
    if session.view().facts:
        next_step(closed)
        seeing.reading(closed)
        cache(closed)
        today.draw(closed)
    else:
        st.markdown("Nothing was told today. What it learned on earlier nights is on the next page.")
        parts.next_step("app/views/morning.py", "See what it kept →")


def tell(closed: bool) -> None:
    st.subheader("Tell it something", anchor=False)
    handout(closed)
    if session.hides("tell"):
        parts.complaint("tell")
        return
    manner = st.segmented_control(
        "How to tell",
        list(MANNERS),
        format_func=MANNERS.get,
        default="one",
        required=True,
        key="manner",
        label_visibility="collapsed",
    )
    if manner == "examples":
        examples(closed)
    else:
        box = f"tell-{manner}"
        acts.refill(box)
        with st.form(f"form-{manner}", border=False):
            if manner == "one":
                st.text_input("A fact", placeholder="Mira lives in Oslo.", key=box, max_chars=400)
            else:
                st.text_area(
                    "Facts, one a line",
                    placeholder="Mira lives in Oslo.\nTovan owns a boat.",
                    key=box,
                    height=160,
                )
            st.form_submit_button(
                "Tell",
                icon=":material/hearing:",
                on_click=acts.tell,
                args=(box,),
                disabled=closed,
                key=f"go-{box}",
            )
    parts.complaint("tell")


def handout(closed: bool) -> None:
    """The facts that came with a teacher's link."""
    facts = session.link().preset
    if not facts:
        return
    st.markdown("Facts that came with your link:")
    st.text("\n".join(facts))
    st.button(
        "Tell all of these",
        icon=":material/hearing:",
        on_click=acts.tell_these,
        args=(lambda: list(facts),),
        disabled=closed,
        key="tell-handout",
    )


def examples(closed: bool) -> None:
    from core.facts import example_sets

    sets = example_sets()
    title = st.radio("An example set", list(sets), key="example")
    st.text("\n".join(sets[title]))
    st.button(
        "Tell all of these",
        icon=":material/hearing:",
        on_click=acts.tell_these,
        args=(lambda: sets[title],),
        disabled=closed,
        key="tell-example",
    )


def ask(closed: bool) -> None:
    st.subheader("Ask it", anchor=False)
    view = session.view()
    told = [p.question for f in (view.facts if view else ()) for p in f.probes[:1]]
    if view and view.is_set_aside:
        st.caption("The cache is clear: it answers from its weights alone.")
    talk.chat("live", told, placeholder="Where does Mira live?", disabled=closed)


def next_step(closed: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("When you have told it enough, let the night move this into its weights.", width="content")
        parts.next_step("app/views/sleep.py", "**Next: put it to sleep →**", disabled=closed)


# What it sees now ------------------------------------------------------------------------------------


def cache(closed: bool) -> None:
    desk, view = session.desk(), session.view()
    st.header("What it sees now", anchor=False, help=GLOSSARY["cache"])
    with st.container(horizontal=True, vertical_alignment="center"):
        if view.is_set_aside:
            st.button(
                "Bring the day back",
                icon=":material/undo:",
                on_click=session.errands().act,
                args=("cache", desk.bring_back),
                disabled=closed,
                key="bring-back",
            )
        else:
            st.button(
                "Clear the cache",
                icon=":material/visibility_off:",
                on_click=session.errands().act,
                args=("cache", desk.clear_cache),
                help="The model sees nothing after this. The day is set aside, so that tonight's sleep can still read it.",
                disabled=closed,
                key="clear",
            )
        if not session.hides("throw-away"):
            with st.popover("Throw the day away", type="tertiary", disabled=closed):
                told = parts.plural(len(view.facts), "fact")
                st.markdown(f"This drops {told} for good; no sleep can read them after.")
                st.button(
                    "Yes, drop the day", on_click=session.errands().act, args=("cache", desk.drop_day), key="drop"
                )
    parts.complaint("cache")
    pictures.chart(cache_fill, view.snapshot, key="fill")
    if view.is_set_aside:
        st.markdown(
            f"The cache is clear: the model sees nothing now. {parts.plural(len(view.facts), 'fact')} of today "
            "are set aside for tonight. Ask about them: it should not know."
        )
        return
    seeing.cache_pictures(view.snapshot)


# Before anything was told --------------------------------------------------------------------------------


def recorded_night() -> None:
    nights = parts.recorded()
    if not nights:
        return
    report = nights[0]
    st.header("What one night does", anchor=False)
    parts.recorded_label()
    pictures.chart(recall_dumbbell, report, key="recorded-dumbbell")
    parts.next_step("app/views/morning.py", "See the whole recorded night →")


with parts.border():
    draw()
