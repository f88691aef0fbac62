"""What only school draws: more frames, and more wordings that fit theirs, never among the exam's."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from core.nursery import frames
from core.nursery.clauses import draw
from core.nursery.frames import Frame, held_out_questions, load_frames, slots_in
from core.nursery.world import World

KINDS = ("says", "asks", "reversed_asks")


def plain(text: str) -> str:
    text = re.sub(r"\b(what|who|where|when|how)'s\b", r"\1 is", text.lower())
    return " ".join(re.sub(r"[^a-z{} ]", "", re.sub(r"\b(a|an|the)\b", "", text)).split())


@pytest.fixture(scope="module")
def every() -> list[Frame]:
    rng = random.Random(0)
    return [*load_frames(), *(draw(rng) for _ in range(100))]


def test_every_frame_has_some_of_its_own(every: list[Frame]) -> None:
    written = [frame for frame in load_frames() if not frame.school]
    counts = [sum(w.school for w in frame.asks) for frame in written]
    assert min(counts) >= 4 and sum(counts) > 4000
    assert all(any(w.school for w in frame.says) for frame in written)
    assert any(w.school for frame in every[-100:] for w in frame.asks)


def test_they_say_what_the_frame_says(every: list[Frame]) -> None:
    for frame in every:
        own = {(kind, w.answer) for kind in KINDS for w in getattr(frame, kind) if not w.school}
        for kind in KINDS:
            for w in getattr(frame, kind):
                if w.school:
                    assert (kind, w.answer) in own, (frame.name, w)
                    assert not slots_in(w.answer) & slots_in(w.text), (frame.name, w)


def test_no_held_out_wording_is_among_them(every: list[Frame]) -> None:
    for frame in every:
        for kind in KINDS:
            held = {plain(w.text) for w in getattr(frame, kind) if w.held_out}
            assert not held & {plain(w.text) for w in getattr(frame, kind) if w.school}, frame.name


def test_the_readme_and_the_card_say_how_many_held_out_questions_are_known_elsewhere() -> None:
    every, elsewhere = held_out_questions()
    root = Path(__file__).parents[1]
    for path in (root / "README.md", root / "assets" / "model" / "README.md"):
        text = " ".join(path.read_text(encoding="utf-8").split())
        assert f"{every:,}" in text and f"{elsewhere} " in text


def test_school_draws_them_and_the_exam_does_not(every: list[Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    for frame in every:
        for kind in KINDS:
            assert not any(w.school for held in (True, False) for w in frame.pick(kind, held_out=held))
            assert not any(w.held_out for w in frame.pick(kind, held_out=False, school=True))
    asked = []
    monkeypatch.setattr(
        Frame, "pick", lambda frame, kind, *, held_out, school=False: asked.append(school) or frame.says
    )
    for exam in (True, False):
        world = World(random.Random(1), exam=exam)
        world.wording(load_frames()[0], "says")
    assert asked == [False, True]


def test_phrasings_of_a_frame_that_is_not_there_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "phrasings").mkdir()
    (tmp_path / "phrasings" / "open.txt").write_text("[no_such_frame]\n? Where is {S}? = {V}\n", encoding="utf-8")
    monkeypatch.setattr(frames, "FOR_SCHOOL", tmp_path)
    with pytest.raises(ValueError, match="no_such_frame"):
        load_frames.__wrapped__()


def test_the_exam_never_draws_a_frame_of_school() -> None:
    worlds = {exam: World(random.Random(0), exam=exam) for exam in (True, False)}
    assert not any(f.school for f in (*worlds[True].open, *worlds[True].closed))
    assert any(f.school for f in worlds[False].closed)
