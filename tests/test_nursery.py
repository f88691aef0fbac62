"""The nursery: frames that can be read, documents that repeat from a seed, an exam that training never draws."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest

from core.nursery.batches import BUCKETS, Plan, make_batch, positions_with_gaps
from core.nursery.documents import ANSWER, document
from core.nursery.fillers import Filler, known_types
from core.nursery.frames import load_frames
from core.nursery.train import SIZES, Progress, raise_model
from core.nursery.words import is_held_out
from core.nursery.world import World, deep_past
from core.text import normalise
from core.values import UNKNOWN


def test_frames_are_many_and_whole() -> None:
    frames = load_frames()
    assert len(frames) >= 120
    for frame in frames:
        assert len(frame.says) >= 2 and frame.asks, frame.name
        assert all(kind.startswith("{") or kind in known_types() for _, kind in frame.slots), frame.name


def test_the_deep_past_is_large_and_unambiguous() -> None:
    past = deep_past()
    assert len(past) >= 200
    questions = [normalise(q) for wordings, _ in past for q in wordings]
    assert len(questions) == len(set(questions))


def test_documents_repeat_from_their_seed() -> None:
    one, two = (document(World(random.Random(5)), 6, restate=0.3) for _ in range(2))
    assert one == two


def test_answers_stand_in_what_was_told() -> None:
    """Every answer to an open question is made of words of the facts told; a small share may add a word of grammar."""
    world = World(random.Random(1))
    total = off = 0
    for _ in range(150):
        told = world.facts(5, denied=0.0, plain=True)
        for i, fact in enumerate(told):
            asked = world.question(told, i)
            if asked:
                words = set(normalise(asked.answer).split())
                total += 1
                off += not words <= set(normalise(fact.statement).split())
    assert total > 400 and off / total < 0.06


def test_built_words_of_the_exam_never_occur_in_training() -> None:
    for exam in (False, True):
        filler = Filler(random.Random(2), exam=exam)
        assert all(is_held_out(filler.built()) == exam for _ in range(300))


def test_held_out_wordings_are_only_in_the_exam() -> None:
    for frame in load_frames():
        trained = {w.text for w in frame.pick("asks", False)}
        assert not trained & {w.text for w in frame.asks if w.held_out}


def test_unknown_is_one_fixed_phrase() -> None:
    world = World(random.Random(3))
    told = world.facts(4)
    assert {world.unknown(told).answer for _ in range(50)} == {UNKNOWN}


def test_positions_jump_but_never_leave_the_window() -> None:
    rng = random.Random(4)
    for _ in range(200):
        positions = positions_with_gaps([5, 20, 60], 100, 2048, rng)
        assert positions[0] == 0 and positions[-1] < 2048
        assert all(later > earlier for earlier, later in itertools.pairwise(positions))


def test_a_batch_weighs_answers_and_fits_its_bucket(base) -> None:  # type: ignore[no-untyped-def]
    plan = Plan(seed=0, steps=8, tokens_per_step=1536, positions=2048)
    batch = make_batch(base.tokenizer, plan, 4)
    assert batch["ids"].shape == batch["weights"].shape == batch["positions"].shape
    assert batch["ids"].shape[1] in {b.length for b in BUCKETS}
    assert (batch["weights"] == 2.0).any() and ANSWER


@pytest.mark.parametrize("interrupted", [False, True])
def test_raising_writes_a_model_that_loads_and_resumes(
    tmp_path: Path, interrupted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.models import load_base

    seen: list[Progress] = []
    monkeypatch.setattr("core.nursery.train.CHECKPOINT_EVERY", 5)

    def stop_once(tick: Progress) -> None:
        seen.append(tick)
        if interrupted and len(seen) == 2:
            raise KeyboardInterrupt

    def go() -> None:
        raise_model(SIZES["tiny"], seed=0, device="cpu", out=tmp_path, on_progress=stop_once, compiled=False, workers=0)

    if interrupted:
        with pytest.raises(KeyboardInterrupt):
            go()
        assert (tmp_path / "checkpoint.pt").exists()
    go()
    assert not (tmp_path / "checkpoint.pt").exists()
    assert json.loads((tmp_path / "raising.json").read_text())["curve"][-1]["step"] == 20
    assert load_base(str(tmp_path)).n_layers == 2
