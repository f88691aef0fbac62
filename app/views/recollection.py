"""What comes up when the brain is reminded of a night by nothing but its number."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.measures import RECOLLECTION
from app.views import parts
from app.views.glossary import GLOSSARY
from app.views.measuring import measured
from core.findings import Recollection
from core.measured import SleepReport
from core.text import same_answer

REMINDED = (
    "Remind it of this night by nothing but its number, with an empty cache: what does it ask itself, and what does it answer? "
    "Nothing changes by it."
)
ANSWERS, DREAMT = "it answers", "in that night's dream"  # columns
NO_CUE = "This night was slept without dreams of its own, or by a recipe that teaches no cue, so its number calls nothing up."


def draw(report: SleepReport, *, is_off: bool) -> None:
    st.header("What comes up", anchor=False, help=GLOSSARY["cue"])
    if not report.has_cue:
        st.markdown(NO_CUE)
        return
    found = measured(RECOLLECTION, report.night, button="Let it think of that night", question=REMINDED)
    if found is None:
        return
    seen = "an empty cache and that night switched off" if is_off else "an empty cache"
    st.markdown(f"With {seen}, behind the words “Night {report.night}”, it asked itself and answered:")
    st.dataframe(
        table(found),
        hide_index=True,
        height="content",
        column_config=dict.fromkeys([ANSWERS, DREAMT], st.column_config.TextColumn(width="medium")),
        alt="What came up of the night",
        key="recollection",
    )
    st.caption(caption(found))


def table(found: tuple[Recollection, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "it asks itself": one.question,
            ANSWERS: one.answer,
            DREAMT: "never dreamt" if one.dreamt is None else one.dreamt,
        }
        for one in found
    )


def caption(found: tuple[Recollection, ...]) -> str:
    """How much of it is what the night dreamt."""
    dreamt = [one for one in found if one.dreamt is not None]
    same = sum(same_answer(one.answer, (one.dreamt or "",)) for one in dreamt)
    return (
        f"{len(dreamt)} of {parts.plural(len(found), 'question')} it had dreamt in that night, and {same} of these it "
        "answers as it did then. The others are of its own making: a new wording, or a mix-up."
    )
