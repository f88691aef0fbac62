"""Every picture keeps the same contract; new ones are found by themselves."""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

import app.charts
from app import theme
from app.charts import dreams, forgetting_curve, loss_curve, prequential, side_effects
from app.words import rate_words
from core.measured import Rate
from core.retention import openings
from core.values import Dream, SleepStep, Trace
from tests.chart_values import (
    NASTY,
    make_attribution,
    make_cosines,
    make_facts,
    make_lesions,
    make_report,
    make_snapshot,
    make_steps,
    nothing,
    values,
)

PICTURES = sorted(m.name for m in pkgutil.iter_modules(app.charts.__path__) if not m.name.startswith("_"))


def call(function, given: dict[str, object], **more):
    """Call with those of `given` and `more` that the function has parameters for."""
    wanted = inspect.signature(function).parameters
    return function(**{k: v for k, v in (given | more).items() if k in wanted})


@pytest.fixture(params=PICTURES)
def picture(request):
    return importlib.import_module(f"app.charts.{request.param}")


def test_all_ten_pictures_are_found():
    """Guards against a contract test that passes because it looked at nothing."""
    assert len(PICTURES) >= 10


def test_says_what_it_answers(picture):
    assert picture.TITLE and picture.QUESTION.endswith("?")


@pytest.mark.parametrize("dark", [True, False])
def test_draws_on_both_grounds(picture, dark):
    fig = call(picture.figure, values(), dark=dark)
    assert isinstance(fig, go.Figure) and fig.data
    assert fig.layout.template.layout.paper_bgcolor == theme.GROUND[dark]
    fig.to_json()


def test_typed_text_is_escaped(picture):
    """A fact named `<b>` once made the rest of a label bold."""
    text = call(picture.figure, values(), facts=make_facts(), measure="attention_received").to_json()
    assert "<b>&" not in text.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")


def test_caption_is_words_without_typed_text(picture):
    """Captions go through Markdown: nothing typed may be in one (loss sources are the engine's)."""
    words = call(picture.caption, values())
    assert words.endswith(".") and len(words) < 700
    assert "nan" not in words.lower().split()
    if picture.__name__ != "app.charts.loss_curve":
        assert "<b>" not in words


def test_table_has_even_rows_of_plain_values(picture):
    rows = call(picture.table, values())
    assert rows and all(isinstance(row, dict) for row in rows)
    assert all(isinstance(v, (str, int, float, bool, type(None))) for row in rows for v in row.values())


def test_nothing_yet_is_no_error(picture):
    given = nothing()
    assert isinstance(call(picture.figure, given), go.Figure)
    assert call(picture.caption, given)
    assert isinstance(call(picture.table, given), list)


def test_charts_load_neither_torch_nor_streamlit():
    """The first paint needs no model; a figure can be drawn without an app."""
    names = ", ".join(f"app.charts.{name}" for name in PICTURES)
    heavy = "('torch', 'streamlit', 'transformers')"
    code = f"import sys, {names}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_escape_and_shorten():
    assert theme.escape_label(NASTY) == '&lt;b&gt;&amp; "x" 😀'
    assert theme.short("a  b\nc", 10) == "a b c"
    assert theme.short("abcdefghij", 5) == "abcd…"
    assert theme.label("<<<<<<", 3) == "&lt;&lt;…"
    assert [theme.show_token(t) for t in ("\n", "Ġlives", " ")] == ["⏎", " lives", "␣"]


def test_fact_colours_are_distinct_and_stable():
    colors = [theme.fact_color(n) for n in range(30)]
    assert len(set(colors)) == 30
    assert colors[:10] == list(theme.FACT_COLORS)
    assert theme.fact_color(-1) == theme.NO_FACT_COLOR


def test_sink_is_left_out_of_the_scale():
    """Entry 0 is 40 where the others are about 4.5: in the scale, it would flatten them."""
    from app.charts import cache_map

    heat = cache_map.figure(make_snapshot()).data[0]
    assert heat.zmax < 20 and np.isnan(np.asarray(heat.z, float)[:, 0]).all()
    assert "left out of the colour scale" in cache_map.caption(make_snapshot())
    assert cache_map.caption(make_snapshot(asked=False), "attention_received") == cache_map.NOT_ASKED


def test_the_selection_is_framed():
    from app.charts import cache_map, head_map, recall_dumbbell, weight_map

    frames = cache_map.figure(make_snapshot(), fact=1, token=3, layer=2).layout.shapes
    assert [(f.x0, f.x1, f.y0, f.y1) for f in frames] == [
        (7.5, 14.5, -0.5, 3.5),
        (2.5, 3.5, -0.5, 3.5),
        (-0.5, 23.5, 1.5, 2.5),
    ]
    assert len(head_map.figure(make_snapshot(), layer=2).layout.shapes) == 1
    box = weight_map.figure(make_report().deltas, place=(2, "up")).layout.shapes[0]
    assert (box.x0, box.x1, box.y0, box.y1) == (0.5, 1.5, 1.5, 2.5)
    assert len(recall_dumbbell.figure(make_report(), fact=1).layout.shapes) == 1


def test_head_map_speaks_of_what_is_selected():
    from app.charts import head_map

    shot = make_snapshot()
    received = shot.attention_received
    everything = head_map.cells(shot, "attention_received")
    assert np.allclose(everything, received[:, :, 1:].sum(-1)), "the sink is left out"
    assert np.allclose(head_map.cells(shot, "attention_received", fact=1), received[:, :, 8:15].sum(-1))
    assert np.allclose(head_map.cells(shot, "key_norm", fact=1), shot.key_norm[:, :, 8:15].mean(-1))
    assert np.allclose(head_map.cells(shot, "key_norm", fact=1, token=3), shot.key_norm[:, :, 3])
    assert f"takes {100 * received[..., 0].mean():.0f} % on average" in head_map.caption(shot, "attention_received")
    assert head_map.cells(make_snapshot(asked=False), "answer_attention") is None
    targets = head_map.figure(shot).data[1]
    assert [tuple(d) for d in targets.customdata][:3] == [(0, 0), (0, 1), (1, 0)]


def test_what_an_answer_read_adds_up_to_one():
    from app.charts import answer_trace

    trace = make_snapshot().trace
    assert sum(trace.by_fact.values()) + trace.sink + trace.itself == pytest.approx(1.0)
    shares = [share for _, share in answer_trace.bars(trace)]
    assert shares == sorted(shares, reverse=True)
    rows = answer_trace.table(trace)
    assert sum(r["share"] for r in rows if r["entry"] is None) == pytest.approx(1.0)
    assert len([r for r in rows if r["entry"] is not None]) == len(trace.tokens)


def test_many_facts_share_the_last_bar():
    from app.charts import answer_trace

    numbers = np.repeat(np.arange(-1, 20), 2)
    trace = Trace(("x",) * 42, numbers, np.full(42, 1 / 50))
    found = answer_trace.bars(trace)
    assert len(found) == answer_trace.MAX_BARS and found[-1][0] is None
    assert sum(share for _, share in found) == pytest.approx(sum(trace.by_fact.values()))


def test_fallen_facts_are_named():
    from app.charts import recall_dumbbell

    rows = recall_dumbbell.table(make_report())
    assert [(r["fact"], r["fell"]) for r in rows if r["fell"]] == [("fact 2", True)]
    assert "Answered less well than awake: fact 2." in recall_dumbbell.caption(make_report())


def test_effective_rank():
    from app.charts.spectrum import effective_rank

    assert effective_rank([3.0, 0.0]) == pytest.approx(1.0)
    assert effective_rank([0.4] * 8) == pytest.approx(8.0)
    assert effective_rank([]) == 0.0


def test_hypnogram_spans_cover_the_night():
    from app.charts import hypnogram

    spans = hypnogram.spans(make_steps())
    assert [s.stage for s in spans] == ["read out", "dream", "select", "rehearse", "seed", "exam"]
    assert all(a.end == b.start for a, b in itertools.pairwise(spans))
    assert spans[-1].end == make_steps()[-1].seconds


def test_the_weight_map_has_one_fixed_log_scale_and_leaves_an_exact_zero_blank():
    from app.charts import weight_map

    deltas = make_report().deltas
    heat = weight_map.figure(deltas).data[0]
    assert (heat.zmin, heat.zmax) == (-4, 0) == (weight_map.figure(deltas[:3]).data[0].zmin, 0)
    layers, matrices, grid = weight_map.grid(deltas)
    blank = np.isnan(np.asarray(heat.z, float))
    assert (blank == (grid == 0)).all() and blank[layers.index(0), matrices.index("gate")]


def test_the_random_change_stands_beside_the_learned_one():
    from app.charts import spectrum

    given = dict(deltas=make_report().deltas, layer=1, matrix="gate")
    assert [t.name for t in spectrum.figure(**given).data] == [
        "what the night learned",
        "a random change of equal size",
    ]
    assert "random change of the same shape" in spectrum.caption(**given)
    assert spectrum.table(**given)[0]["random change"] == 0.6
    old = given | dict(matrix="up")  # a report from before there was a control
    assert len(spectrum.figure(**old).data) == 1 and spectrum.table(**old)[0]["random change"] is None


def test_a_lesion_names_the_fact_that_vanished_and_only_that():
    from app.charts import lesion_map

    lanes = lesion_map.lanes(make_lesions())
    assert [lane.vanished.tolist() for lane in lanes] == [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert "Lost something to a single layer: fact 1." in lesion_map.caption(make_lesions())
    assert [round(c, 3) for c in lanes[0].change] == [-0.1, -7.9, -8.9]


def test_the_scale_of_lesions_and_cosines_is_fixed():
    from app.charts import lesion_map, night_cosine

    maps = [t for t in lesion_map.figure(make_lesions()).data if t.type == "heatmap"]
    assert {(t.zmin, t.zmax) for t in maps} == {(-6, 6)}
    heat, cells = night_cosine.figure(make_cosines()).data
    assert (heat.zmin, heat.zmax) == (-1, 1)
    assert list(cells.text) == ["1.00", "0.50", "0.50", "1.00"]  # the third night changed nothing: blank
    first, *rest = (row["cosine"] for row in night_cosine.table(make_cosines()))
    assert first == pytest.approx(0.5) and rest == [None, None]


def test_attribution_says_what_is_looking_and_what_is_trying():
    from app.charts import attribution

    drawn = " ".join(a.text for a in attribution.figure(make_attribution()).layout.annotations)
    assert drawn.count("correlation") == 2 and drawn.count("intervention") == 1
    assert "+0.50 and not defined" in attribution.caption(make_attribution())


def test_what_is_recalled_so_far_is_said_where_something_was_dreamt() -> None:
    steps = [SleepStep("seed", i, 9, {"dreams": 1.0}, 1.0, 1.0, recalled=r) for i, r in enumerate((0, 0.5, 0.25, 0.75))]
    assert loss_curve.recalled(steps) == "75 %"
    assert "the student gave 75 %" in loss_curve.caption(steps)
    assert loss_curve.recalled([*steps, replace(steps[-1], recalled=0.998)]) == "over 99 %"
    crammed = [replace(step, losses={"statements": 1.0}, recalled=None) for step in steps]
    cued = replace(steps[-1], losses={"dreams": 0.1, "cues": 0.8})
    assert "stays above 0" in loss_curve.caption([cued]) and "stays above 0" not in loss_curve.caption(steps)
    assert loss_curve.recalled(crammed) == "" and "the student gave" not in loss_curve.caption(crammed)


def test_rehearsed_dreams_have_no_score_and_those_of_older_nights_are_counted() -> None:
    read = Dream("Where does Mira live?", "Oslo", 0, "replay", 5.0, True)
    kept_up = [Dream("Who is the king?", "Olav", None, source, 0.0, True) for source in ("rehearsal", "older night")]
    assert dreams.caption([read]).startswith("1 dream read out of the cache, 1 kept.")
    assert "Beside them, 2 dreamt with an empty cache, 1 of them about older nights" in dreams.caption([read, *kept_up])
    assert "older nights" not in dreams.caption([read, kept_up[0]])
    hovered = " ".join(text for trace in dreams.figure([read, *kept_up]).data for text in trace.hovertext or ())
    assert "about an older night, cache empty" in hovered


def test_what_was_false_already_awake_stands_beside_the_morning() -> None:
    """A night is not blamed for what the reading got wrong; a report from before it was measured has no such dot."""
    report = make_report()
    awake = next(t for t in side_effects.figure(report).data if t.name == "awake, full cache")
    assert awake.x == (report.side.false_recall_awake.value,)
    old = replace(report, side=replace(report.side, false_recall_awake=Rate.of(0, 0)))
    assert "awake, full cache" not in {t.name for t in side_effects.figure(old).data}
    assert "in the evening" not in side_effects.caption(old)


def test_only_all_is_a_hundred_per_cent_and_only_none_is_zero() -> None:
    said = [rate_words(Rate.of(hits, 220)) for hits in (0, 1, 110, 219, 220)]
    assert [words.split(" (")[0] for words in said] == ["0 %", "under 1 %", "50 %", "over 99 %", "100 %"]


def test_one_night_has_no_scale_of_days_that_never_were():
    reports = [make_report()]
    for picture, place in ((forgetting_curve, 0), (prequential, openings(reports)[0].day)):
        low, high = picture.figure(reports).layout.xaxis.range
        assert place - 1 < low < place < high < place + 1
