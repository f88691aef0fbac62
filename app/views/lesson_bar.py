"""The slim bar on top of every page while a lesson is on: what to do now, and what the last step has shown."""

from __future__ import annotations

import streamlit as st

from app import session
from app.lessons import LESSONS, Lesson, Step
from app.theme import PRIMARY
from app.views import parts


def draw(page: str) -> None:
    """The bar above the page of that title, if a lesson is on. It has no button that goes on: a step ends when it was done."""
    link = session.link()
    if not link.lesson:
        return
    lesson = LESSONS[link.lesson]
    with st.container(border=True, key="lesson-bar", gap="xsmall"):
        done = link.step - 1
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            where = f"step {link.step} of {len(lesson.steps)}" if done < len(lesson.steps) else "done"
            st.markdown(f":material/school: **{lesson.title}** · {where}", width="content")
            st.button("Leave the lesson", type="tertiary", on_click=session.leave_lesson, key="leave-lesson")
        if shown := session.learned():
            st.caption(f":material/check_circle: {parts.md(shown)}")
        if done < len(lesson.steps):
            current(lesson.steps[done], page)
        else:
            finished(link.lesson, lesson)


def current(step: Step, page: str) -> None:
    st.markdown(f"**Now:** {parts.md(step.text)}")
    if step.page != page.lower():
        parts.next_step(f"app/views/{step.page}.py", f"It is on the page {step.page.capitalize()} →")
    elif step.keys:
        controls = ", ".join(f".st-key-{key}" for key in step.keys)
        st.html(
            f"<style>:is({controls}) {{ outline: 2px solid {PRIMARY[session.is_dark()]}; outline-offset: 4px; "
            "border-radius: 8px; }</style>"
        )


def finished(name: str, lesson: Lesson) -> None:
    st.markdown(f"**Done.** {parts.md(lesson.summary)}")
    names = list(LESSONS)
    following = names[names.index(name) + 1 :][:1]
    with st.container(horizontal=True):
        if following and (LESSONS[following[0]].is_recordable or not session.is_recorded()):
            st.button(
                f"Next lesson: {LESSONS[following[0]].title}",
                on_click=session.start_lesson,
                args=(following[0],),
                key="next-lesson",
            )
        if session.view() is not None and session.view().reports:
            parts.report_button("print-lesson")


def follow(page: str) -> None:
    """After the page of that title was drawn: if that completed a step, draw again, so that the bar tells the truth."""
    session.look_at(page)
    if session.follow_lesson():
        st.rerun()
