"""The command line is the contract of every measurement: a file in, a report out, one sentence for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.facts import read_facts_csv
from core.lives import live
from core.models import Base
from core.recipes import Recipe


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "core", *args], capture_output=True, text=True, check=False)


def test_a_life_of_two_nights_fills_the_documented_report(base: Base, quick: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(
        "night,statement,question,answer\n"
        "1,Mira lives in Oslo.,Where does Mira live?,Oslo|in Oslo\n"
        "1,Mira lives in Oslo.,Who lives in Oslo?,Mira\n"
        "2,Zorvath drives a tractor.,,\n"
    )
    report = json.loads(json.dumps(live(base, read_facts_csv(path), quick)))
    assert {"total", "nights", "retention", "probes", "recipe", "seed", "versions", "device", "schema"} <= set(report)
    assert [len(row) for row in report["retention"]] == [1, 2]
    first = report["nights"][0]
    assert set(first["recall"]) == {"blank", "awake", "alone", "amnesia", "slept", "retrieval", "long_context"}
    assert first["recall"]["slept"]["n"] == 2
    assert {"value", "n", "low", "high"} == set(first["deep_past"])
    assert report["nights"][1]["recall"]["awake"]["n"] == 0  # a self-made probe is never pooled with given ones
    total = report["total"]
    assert all(total["recall"][c]["n"] == total["recall"]["slept"]["n"] == 2 for c in ("retrieval", "long_context"))
    tokens = total["tokens_per_question"]
    assert tokens["slept"] < tokens["retrieval"] <= tokens["long_context"]  # two sentences: three are never fetched
    assert {row["source"] for row in report["probes"]} == {"given", "self"}
    assert all(
        row["cache_length"] == 0 for row in report["probes"] if row["condition"] in {"blank", "amnesia", "slept"}
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "empty|header|rows"),
        ("a,b\n1,2\n", "header"),
        ("statement,question,answer\nMira is 7.,How old is Mira?,\n", "answer"),
    ],
)
def test_a_bad_file_is_one_sentence_and_status_2(tmp_path: Path, content: str, word: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(content)
    done = run("sleep", "--facts", str(path), "--out", str(tmp_path / "r.json"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    assert any(w in done.stderr for w in word.split("|"))


def test_what_cannot_be_told_is_refused_before_the_first_night(tmp_path: Path) -> None:
    """A third day that no cache can hold, or a name that no address can carry, costs nobody two nights."""
    path, out = tmp_path / "facts.csv", tmp_path / "r.json"
    days = [(1, "Mira lives in Oslo."), (2, "Otto owns a kite."), *((3, f"{'word ' * 70}{n}.") for n in range(60))]
    path.write_text("night,statement,question,answer\n" + "".join(f"{n},{text},,\n" for n, text in days))
    for extra, word in (([], "A day holds"), (["--brain", "My brain"], "small letters")):
        done = run("sleep", "--facts", str(path), "--out", str(out), *extra)
        assert done.returncode == 2 and word in done.stderr and "night 1" not in done.stderr
        assert not out.exists()


def test_unknown_names_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("statement,question,answer\nMira is 7.,How old is Mira?,7\n")
    out = str(tmp_path / "r.json")
    for extra in (["--recipe", "magic"], ["--model", "/no/such/model"]):
        done = run("sleep", "--facts", str(path), "--out", out, *extra)
        assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1


def test_ask_prints_the_answer() -> None:
    done = run("ask", "Where does Mira live?", "--fact", "Mira lives in Oslo.")
    assert done.returncode == 0 and done.stdout.strip() == "Oslo"


def test_the_questions_of_a_file_change_no_weight(base: Base, quick: Recipe, tmp_path: Path) -> None:
    hashes = []
    for question, answer in (("Where does Mira live?", "Oslo"), ("What is on the moon?", "cheese")):
        path = tmp_path / "facts.csv"
        path.write_text(f"statement,question,answer\nMira lives in Oslo.,{question},{answer}\n")
        hashes.append(live(base, read_facts_csv(path), quick)["nights"][0]["hash"])
    assert hashes[0] == hashes[1]


def test_a_model_that_goes_on_learning_may_do_so_at_a_lower_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.__main__ import raise_
    from core.nursery.train import SIZES, Size

    asked: list[Size] = []
    monkeypatch.setattr("core.nursery.train.raise_model", lambda size, **_: asked.append(size))
    monkeypatch.setattr("core.nursery.card.write_card", lambda folder: None)
    raise_(size="tiny", out=tmp_path, steps=7, rate=0.3)
    tiny = SIZES["tiny"]
    assert (asked[0].steps, asked[0].matrix_lr) == (7, pytest.approx(0.3 * tiny.matrix_lr))
    assert asked[0].vector_lr == pytest.approx(0.3 * tiny.vector_lr)
