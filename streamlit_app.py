"""Nocturne: watch a language model sleep. Page set-up and navigation; no logic."""

import streamlit as st

from app import session
from app.components.color_scheme import follow_color_scheme
from app.views import lesson_bar, parts

st.set_page_config(page_title="Nocturne", page_icon="assets/icon.png", layout="wide")
pages = [
    st.Page(
        "app/views/wake.py",
        title="Wake",
        icon=":material/light_mode:",
        help="By day: tell the model facts, ask about them, and look at the cache that holds them.",
        default=True,
    ),
    st.Page(
        "app/views/sleep.py",
        title="Sleep",
        icon=":material/bedtime:",
        help="At night: choose a recipe, put the model to sleep, and watch it dream and learn.",
    ),
    st.Page(
        "app/views/morning.py",
        title="Morning",
        icon=":material/wb_twilight:",
        help="In the morning: what it kept, what it lost, what changed in its weights, and your own questions.",
    ),
    st.Page(
        "app/views/weights.py",
        title="Weights",
        icon=":material/grid_view:",
        help="Where a night went: layers, neurons and words, and what is lost when a part of it is taken away.",
    ),
    st.Page(
        "app/views/nights.py",
        title="Nights",
        icon=":material/calendar_month:",
        help="A life of nights: switch one off, take one back, and see what each night left of the earlier ones.",
    ),
    st.Page(
        "app/views/lab.py",
        title="Lab",
        icon=":material/science:",
        help="Two or more ways of sleeping on the same facts, side by side.",
    ),
    st.Page(
        "app/views/lessons.py",
        title="Lessons",
        icon=":material/school:",
        help="Six guided lessons, a link for your class, and a report to print.",
    ),
]
page = st.navigation([p for p in pages if not session.hides(p.title.lower())], position="top")
session.start()
with st.container(horizontal_alignment="center"), st.container(width=1080):
    parts.header()
    lesson_bar.draw(page.title)
    page.run()
    lesson_bar.follow(page.title)
    follow_color_scheme()
