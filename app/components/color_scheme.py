"""Draws the page anew when somebody switches between light and dark, so that no picture keeps the colours of before.

Streamlit repaints its own parts, but does not run the script again; pictures are painted by the script. (A component, v2.)
"""

from __future__ import annotations

import streamlit as st

HTML = '<div class="ground" aria-hidden="true"></div>'

# The ground fades for a millisecond: of what fades the browser tells when it is done, so nothing has to ask again and again.
CSS = ".ground { height: 0; background-color: var(--st-background-color); transition: background-color 1ms; }"

JS = """
export default function ({ parentElement, setTriggerValue }) {
  const ground = parentElement.querySelector(".ground")
  ground.ontransitionend = () => setTriggerValue("switched", true)
}
"""

_COMPONENT = st.components.v2.component("nocturne_color_scheme", html=HTML, css=CSS, js=JS)


def follow_color_scheme() -> None:
    """Run the page once more at every switch. To be called once per page; it shows nothing."""
    _COMPONENT(key="color-scheme", on_switched_change=lambda: None)
