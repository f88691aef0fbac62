"""The map of a night's weights and one matrix of it taken apart: on Morning at a glance, on Weights to go on from."""

from __future__ import annotations

import streamlit as st

from app import selection, session
from app.charts import spectrum, weight_map
from app.views import pictures
from core.measured import SleepReport

MATRIX = "choose-matrix"


def draw(report: SleepReport, key: str) -> tuple[int, str] | None:
    """Both pictures; the (layer, matrix) chosen by box or by a click on the map. None: this night changed no weight."""
    if not report.deltas:
        pictures.chart(weight_map, report.deltas, key=f"{key}-map")
        return None
    peak = max(report.deltas, key=lambda d: d.relative)
    layers = sorted({d.layer for d in report.deltas})
    matrices = list(dict.fromkeys(d.matrix for d in report.deltas))
    layer = selection.chosen("layer", layers, layers.index(peak.layer))
    matrix = session.keep(MATRIX, peak.matrix, matrices)
    pictures.chart(weight_map, report.deltas, key=f"{key}-map", drawn={"place": (layer, matrix)}, on_pick=pick)
    with st.container(horizontal=True):
        st.selectbox(
            "Layer",
            format_func=lambda n: f"layer {n + 1}",
            width=160,
            **selection.chooser("layer", layers, layers.index(peak.layer)),
        )
        st.selectbox("Matrix", matrices, key=MATRIX, width=160)
    pictures.chart(spectrum, report.deltas, key=f"{key}-spectrum", layer=layer, matrix=matrix)
    return layer, matrix


def pick(point: list) -> None:
    selection.select("layer", point[0])
    session.put(MATRIX, point[1])
