"""A picture as every page shows it: the question it answers, the takeaway in words, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pandas as pd
import streamlit as st

from app import selection, session
from app.views import parts
from app.views.glossary import explain


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
    st.caption(parts.md(takeaway), help=explain(f"{module.QUESTION} {takeaway}"))
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
