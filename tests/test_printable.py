"""The page to print: its figures are the stored report's, and nothing typed is markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from app.charts import recall_bars, side_effects, weight_map
from app.frozen import Exchange
from app.printable import document
from core.reports import recorded_run
from core.values import Answer, Receipt
from tests.chart_values import NASTY, make_report

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&amp;"


class Page(HTMLParser):
    """Tags, attributes, words, and the numbers of all `<data>` elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.numbers: list[float] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        if tag == "data":
            self.numbers.append(float(dict(attrs)["value"]))

    def handle_data(self, data):
        self.words += data


def hostile_page() -> str:
    report = make_report()
    facts = tuple(replace(fact, statement=SCRIPT) for fact in report.facts)
    exam = tuple(replace(r, statement=SCRIPT, question=SCRIPT, expected=SCRIPT, answer=SCRIPT) for r in report.exam)
    exam = tuple(replace(r, prompt_tokens=(SCRIPT,)) for r in exam)
    answer = Answer(SCRIPT, SCRIPT, float("nan"), Receipt((SCRIPT,), 0, (SCRIPT,)), 0.1)
    report = replace(report, facts=facts, exam=exam, name=SCRIPT, model=SCRIPT, versions={SCRIPT: SCRIPT})
    return document(SCRIPT, (report,), (Exchange(answer, "live", 1),))


def test_nothing_typed_is_markup():
    page = Page(hostile_page())
    assert not page.tags & {"script", "img", "a", "link", "iframe", "object"}
    assert not any(name.startswith("on") for name in page.names)
    assert page.words.count(SCRIPT) > 20 and NASTY in page.words


def test_it_opens_offline():
    text = document("night-owl", recorded_run())
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|url\(|@import|src=|<script", text)


@pytest.mark.parametrize("report", [recorded_run()[0], make_report()], ids=["recorded", "made up"])
def test_its_figures_are_those_of_the_stored_report(report):
    page = Page(document("night-owl", (report,)))
    stored = [row["share"] for row in (*recall_bars.table(report), *side_effects.table(report)) if "share" in row]
    stored += [report.side.drift_nats, report.side.kl_to_base, report.seed, report.night_bytes, report.seconds["total"]]
    stored += [r.log_prob for r in report.exam] + [r.cache_length for r in report.exam]
    stored += [v for row in weight_map.table(report.deltas) for v in row.values() if isinstance(v, float)]
    assert {n for n in stored if n is not None} <= set(page.numbers)
    assert report.night_hash in page.words
    assert all(f"{name} {number}" in page.words for name, number in report.versions.items())


def test_a_change_of_one_answer_changes_the_page():
    report = recorded_run()[0]
    rows = tuple(replace(r, right=not r.right) if r.condition == "slept" else r for r in report.exam)
    turned = replace(report, exam=rows)
    assert report.recall("slept").value in Page(document("x", (report,))).numbers
    assert turned.recall("slept").value in Page(document("x", (turned,))).numbers


def test_no_night_and_empty_exam_are_no_error():
    assert "Nights" in Page(document("x", ())).words
    assert "Nothing was measured." in document("x", (replace(make_report(), exam=(), facts=(), steps=()),))
