"""Six guided lessons, the link that a teacher hands out, and the report to take home."""

from __future__ import annotations

import streamlit as st

from app import session, teaching
from app.lessons import LESSONS, Lesson
from app.theme import RECIPE_NAMES
from app.views import parts
from core.errors import BadInput
from core.facts import example_sets
from core.recipes import RECIPES

NO_FACTS, OWN_FACTS = "No facts", "Facts of my own"


def draw() -> None:
    parts.opening(
        "Lessons",
        "Each lesson answers one question, and you answer it by doing: a bar on top of the pages says what to do next, "
        "and goes on when you have done it.",
    )
    parts.is_ready()  # a lesson begins on a brain that is not open yet: the page is drawn again when it is
    parts.waiting()
    for number, (name, lesson) in enumerate(LESSONS.items(), 1):
        card(number, name, lesson)
    take_home()
    teachers()


def card(number: int, name: str, lesson: Lesson) -> None:
    link = session.link()
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**{number}. {lesson.title}**  \n{parts.md(lesson.question)}  \n"
            f":small[{parts.plural(len(lesson.steps), 'step')}, about {lesson.minutes} minutes]",
            width=720,
        )
        if link.lesson == name:
            is_over = link.step > len(lesson.steps)
            st.badge("done" if is_over else f"at step {link.step}", color="green" if is_over else "blue")
            return
        closed = session.is_recorded() and not lesson.is_recordable
        st.button(
            "Needs the model" if closed else "Start",
            on_click=session.start_lesson,
            args=(name,),
            disabled=closed,
            key=f"lesson-{name}",
        )
    if number == 1:
        st.caption("A lesson starts on a brain of its own. The one that is open now is kept: you find it under Brains.")


def take_home() -> None:
    st.header("Take it home", anchor=False)
    view = session.view()
    if view is None or not view.reports:
        st.markdown("When this brain has slept, you can take its whole story home as one page to print.")
        return
    st.markdown(f"The story of **{session.desk().name}**: {parts.plural(len(view.reports), 'night')}, on paper.")
    parts.report_button("print-lessons")


# For teachers --------------------------------------------------------------------------------------


def teachers() -> None:
    st.header("A link for your class", anchor=False)
    st.markdown(
        "Whoever opens the link gets a fresh brain, your facts ready to be told, and only the controls that you leave."
    )
    try:
        link = choose_link()
    except BadInput as error:
        st.error(parts.md(str(error)), icon=":material/error:")
        return
    address = teaching.address(link, session.server())
    st.code(address, language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button("Open it in a new tab", address, icon=":material/open_in_new:")
        if link.facts:
            st.caption(":material/visibility: Your facts stand in this address: whoever sees it can read them.")


def choose_link() -> teaching.Link:
    """The link that the form describes. Raises BadInput for facts that no link can carry."""
    is_recorded = st.checkbox("Replay the recording (for computers without the model)", key="link-recorded")
    left, right = st.columns(2, gap="large")
    with left:
        facts_of = [NO_FACTS, *example_sets(), OWN_FACTS]
        source = st.selectbox("Facts", facts_of, key="link-facts", disabled=is_recorded)
        facts: tuple[str, ...] = ()
        if source == OWN_FACTS and not is_recorded:
            text = st.text_area("One fact a line", "Mira lives in Oslo.", key="link-text", height=120)
            facts = teaching.check_facts(text)
        hidden = st.multiselect("Hide", list(teaching.HIDEABLE), format_func=teaching.HIDEABLE.get, key="link-hide")
    with right:
        lesson = st.selectbox(
            "Lesson",
            ["", *(name for name, one in LESSONS.items() if one.is_recordable or not is_recorded)],
            format_func=lambda name: LESSONS[name].title if name else "None",
            key="link-lesson",
        )
        step = 1
        if lesson:
            step = st.number_input("From step", 1, len(LESSONS[lesson].steps), key=f"link-step-{lesson}")
        recipe = st.selectbox(
            "Recipe",
            ["", *RECIPES],
            format_func=lambda name: RECIPE_NAMES.get(name, name) if name else "As usual",
            key="link-recipe",
            disabled=is_recorded,
        )
        help = "Same seed, same night."
        seed = st.number_input("Seed", 0, teaching.MAX_SEED, key="link-seed", help=help, disabled=is_recorded)
    link = teaching.Link(
        example=source if source in example_sets() else "",
        facts=facts,
        seed=int(seed),
        recipe=recipe,
        hidden=frozenset(hidden),
        lesson=lesson,
        step=int(step),
    )
    return teaching.as_recording(link) if is_recorded else link


with parts.border():
    draw()
