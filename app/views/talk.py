"""Asking: questions and answers in a chat, each answer with its receipt."""

from __future__ import annotations

from math import isfinite

import streamlit as st

from app import acts, session
from app.frozen import Exchange, Where
from app.views import parts
from app.views.glossary import GLOSSARY
from core.values import Receipt


def chat(where: Where, suggestions: list[str], *, placeholder: str, disabled: bool = False) -> None:
    """Questions and answers, each answer with its receipt; questions that it should know are offered to click."""
    past = session.chat(where)
    with st.container(height=380 if len(past) > 2 else "content", border=False, autoscroll=True):
        for exchange in past:
            _exchange(exchange)
    parts.complaint(f"ask-{where}")
    st.chat_input(
        placeholder,
        key=f"ask-{where}",
        max_chars=400,
        disabled=disabled,
        on_submit=acts.ask_box,
        args=(f"ask-{where}", where),
    )
    if suggestions:
        st.caption("Or ask one of these:")
        with st.container(horizontal=True, gap="small"):
            for number, question in enumerate(suggestions[:6]):
                st.button(
                    parts.md(question),
                    key=f"suggest-{where}-{number}",
                    on_click=acts.ask,
                    args=(question, where),
                    disabled=disabled,
                )


def _exchange(exchange: Exchange) -> None:
    answer = exchange.answer
    with st.chat_message("user", avatar=":material/person:"):
        st.text(answer.question)
    with st.chat_message("assistant", avatar=":material/bedtime:"):
        st.text(answer.text or "(it said nothing)")
        receipt(answer.receipt, answer.log_prob)


def receipt(slip: Receipt, log_prob: float | None = None) -> None:
    nights = ", ".join(parts.md(n) for n in slip.nights) or "none"
    seen = (
        "empty cache"
        if slip.cache_length == 0
        else f"{parts.plural(slip.cache_length, 'entry', 'entries')} in the cache"
    )
    with st.expander(f"Receipt: {seen}, nights on: {nights}", type="compact"):
        st.caption(GLOSSARY["receipt"])
        st.text(f"Cache before the question: {slip.cache_length}")
        st.text(f"Prompt tokens ({len(slip.prompt_tokens)}):")
        st.code(" ".join(repr(t)[1:-1] or "␣" for t in slip.prompt_tokens), language=None, wrap_lines=True)
        if log_prob is not None and isfinite(log_prob):
            st.text(f"Log-probability of the answer: {log_prob:.2f} nats")
