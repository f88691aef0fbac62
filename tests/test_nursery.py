"""The nursery: frames that can be read, documents that repeat from a seed, an exam that training never draws."""

from __future__ import annotations

import itertools
import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import BadInput
from core.nursery.averaging import average
from core.nursery.batches import ANSWER, BUCKETS, Plan, make_batch, positions_with_gaps
from core.nursery.documents import Document, Saying, document
from core.nursery.everyday import of_theirs
from core.nursery.fillers import Filler, known_types
from core.nursery.frames import load_frames
from core.nursery.growing import grow_into
from core.nursery.near import near
from core.nursery.packed import hidden_states
from core.nursery.train import SIZES, Progress, new_model, raise_model
from core.nursery.words import is_held_out, words
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


def sayings(found: Document, count: int) -> list[Saying]:
    return list(itertools.islice(found.sayings(restate=0.1), count))


def test_documents_repeat_from_their_seed() -> None:
    one, two = (document(World(random.Random(5)), 6) for _ in range(2))
    assert one.lines == two.lines and sayings(one, 40) == sayings(two, 40)


def test_what_is_out_of_view_is_not_known() -> None:
    """A line that sees one statement is answered from that one, or not at all."""
    alone = known = 0
    for seed in range(30):
        found = document(World(random.Random(seed)), 6)
        for saying in sayings(found, 40):
            if saying.sees is None or len(saying.sees) > 1:
                continue
            [line] = saying.sees
            alone += 1
            words = set(normalise(found.lines[line]).split())
            answer = normalise(saying.answer)
            known += bool(words & set(answer.split())) or answer in {normalise(UNKNOWN), "yes", "no"}
            assert saying.wonders or answer == normalise(UNKNOWN)
    assert alone > 100 and known / alone > 0.97  # a few answers are in the statement in another form


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
        trained = {w.text for w in frame.pick("asks", held_out=False, school=True)}
        assert not trained & {w.text for w in frame.asks if w.held_out}


def test_unknown_is_one_fixed_phrase() -> None:
    world = World(random.Random(3))
    told = world.facts(4)
    assert {world.unknown(told).answer for _ in range(50)} == {UNKNOWN}


def test_a_neighbour_names_something_that_was_not_told() -> None:
    """Next to a question that has an answer stands nearly the same one that has none."""
    asked = 0
    for seed in range(40):
        world = World(random.Random(seed))
        told = world.facts(3)
        heard = set(normalise(" ".join(t.statement for t in told)).split())
        answered = {
            q.question for i in range(3) for kind in ("ask", "reversed") if (q := world.question(told, i, kind))
        }
        if (near := world.neighbour(told)) is None:
            continue
        asked += 1
        assert near.answer == UNKNOWN and near.question not in answered
        assert set(normalise(near.question).split()) - heard
    assert asked > 30


def test_the_exam_draws_the_same_whatever_things_are_called_in_school(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that marks can be compared from one school to the next."""

    def told(exam: bool, share: float) -> list[str]:
        monkeypatch.setattr("core.nursery.everyday.SHARE", share)
        monkeypatch.setattr("core.nursery.world.of_theirs", lambda words, value: f"his {value}" if share else value)
        worlds = [World(random.Random(seed), exam=exam) for seed in range(20)]
        return [fact.statement for world in worlds for fact in world.facts(6, plain=True)]

    assert told(True, 0.0) == told(True, 1.0)
    assert told(False, 0.0) != told(False, 1.0)


def test_in_school_things_are_called_long_numbered_and_somebodys_own() -> None:
    filler = Filler(random.Random(1))
    things = [filler.draw("thing") for _ in range(400)]
    assert 10 < sum(bool(re.search(r" (with|made of|from|behind|across) ", t)) for t in things) < 60
    assert any(re.fullmatch(r"\w+ (\d+|[A-K])", t) for t in things)
    assert any(filler.draw("person").startswith("Mrs. ") for _ in range(400))
    people = [filler.draw("person") for _ in range(1200)]
    assert any(re.fullmatch(r"the .+ (mender|keeper|dealer)", one) for one in people)
    assert any(re.fullmatch(r"my [a-z]+", one) and one.split()[1] not in words("relatives") for one in people)
    assert any(" " in color and color not in words("colors") for color in (filler.draw("color") for _ in range(200)))
    assert {of_theirs(filler, "my lamp").split()[0] for _ in range(60)} == {"my", "his", "her", "their"}
    assert of_theirs(filler, "the lamp") == "the lamp"


def test_two_facts_of_a_kind_may_share_a_filling_in_school_only() -> None:
    def shares(exam: bool) -> int:
        found = 0
        for seed in range(60):
            told = World(random.Random(seed), exam=exam).facts(6)
            pairs = itertools.combinations(told, 2)
            found += sum(a.frame is b.frame and bool({*a.values.values()} & {*b.values.values()}) for a, b in pairs)
        return found

    assert shares(exam=False) > 10 and shares(exam=True) == 0


def test_near_is_another_value_of_which_the_little_words_stay() -> None:
    filler = Filler(random.Random(1))
    drawn = {near(filler, "event", "the boat race") for _ in range(60)}
    assert "the boat race" not in drawn and all(one.startswith("the ") for one in drawn)
    assert any(one.startswith("the boat ") for one in drawn) and any(one.endswith(" race") for one in drawn)
    assert len({near(filler, "code", "maple77x") for _ in range(20)}) > 10


def test_positions_jump_but_never_leave_the_window() -> None:
    rng = random.Random(4)
    for _ in range(200):
        positions = positions_with_gaps([5, 20, 60], 100, 2048, rng)
        assert positions[0] == 0 and positions[-1] < 2048
        assert all(later > earlier for earlier, later in itertools.pairwise(positions))


def test_a_batch_weighs_answers_and_fits_its_bucket(base) -> None:  # type: ignore[no-untyped-def]
    plan = Plan(seed=0, steps=8, tokens_per_step=1536, positions=2048)
    for step in (0, 4, 6):
        batch = make_batch(base.tokenizer, plan, step)
        told, lines = batch["told"], batch["lines"]
        assert (told.shape[1], lines.shape[1]) in {(b.length, b.blocks) for b in BUCKETS}
        assert batch["sees"].shape == (*lines.shape, told.shape[1])
        assert (batch["line_weights"] == ANSWER).any()
        assert int(batch["line_positions"].max()) < 2048


def test_every_line_of_a_batch_is_read_as_if_it_were_alone(base) -> None:  # type: ignore[no-untyped-def]
    """The packed pass gives each line the hidden states of the model's own forward on what that line sees."""
    plan = Plan(seed=3, steps=8, tokens_per_step=512, positions=2048)
    batch = make_batch(base.tokenizer, plan, 0)
    model = new_model(SIZES["tiny"], base.tokenizer, 0)
    with torch.no_grad():
        _, lines = hidden_states(model, batch)
        compared = 0
        for row, block in itertools.product(range(len(batch["lines"])), range(batch["lines"].shape[1])):
            pieces = batch["piece"][row, block]
            for at in pieces.unique().tolist():
                if at < 0:
                    continue  # padding
                here = pieces == at
                seen = batch["sees"][row, block, at]
                ids = torch.cat([batch["told"][row], batch["lines"][row, block][here]])
                mask = torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
                mask[len(seen) :, : len(seen)] = seen
                at_positions = torch.cat([batch["told_positions"][row], batch["line_positions"][row, block][here]])
                out = model.model(input_ids=ids[None], attention_mask=mask[None, None], position_ids=at_positions[None])
                torch.testing.assert_close(out.last_hidden_state[0, len(seen) :], lines[row, block][here], atol=1e-4, rtol=1e-3)  # fmt: skip
                compared += 1
    assert compared > 10


def test_a_grown_model_says_at_first_what_it_said_before(base) -> None:  # type: ignore[no-untyped-def]
    small = new_model(SIZES["tiny"], base.tokenizer, 0)
    large = new_model(replace(SIZES["tiny"], layers=3, mlp=192), base.tokenizer, 1)
    grow_into(large, small.state_dict())
    ids = torch.tensor([base.encode("Q: Where does Mira live?")])
    with torch.no_grad():
        torch.testing.assert_close(large(ids).logits, small(ids).logits)
    with pytest.raises(BadInput, match="not shrink"):
        grow_into(small, large.state_dict())


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


def test_the_mean_of_two_terms_is_a_model_and_says_so(tmp_path: Path) -> None:
    from core.models import load_base
    from core.nursery.card import term_line, terms

    first, second, mean = (tmp_path / name for name in ("first", "second", "mean"))
    hasty = replace(SIZES["tiny"], steps=4, matrix_lr=1.0, vector_lr=1.0)  # so that the two are far apart
    for seed, out, grown in ((0, first, None), (1, second, first)):
        raise_model(
            hasty, seed=seed, device="cpu", out=out, on_progress=lambda tick: None,
            compiled=False, workers=0, grown=grown,
        )  # fmt: skip
    average([first, second], mean)
    one, other, both = (load_base(str(folder)).model.state_dict() for folder in (first, second, mean))
    assert min(float((one[name] - other[name]).abs().max()) for name in both) > 0.01
    for name, weight in both.items():
        torch.testing.assert_close(weight, (one[name] + other[name]) / 2, atol=1e-3, rtol=1e-3)
    raising = json.loads((mean / "raising.json").read_text())
    assert raising["averaged"] == [1, 2] and len(terms(raising)) == 2
    assert "mean of those after the terms 1, 2." in term_line(2, raising)


def test_only_terms_of_one_raising_have_a_mean(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    for out, layers in ((small, 2), (large, 3)):
        raise_model(
            replace(SIZES["tiny"], steps=1, layers=layers), seed=0, device="cpu", out=out, on_progress=lambda tick: None,
            compiled=False, workers=0,
        )  # fmt: skip
    for folders, why in (
        ([small], "at least two"),
        ([small, tmp_path / "none"], "no raised model"),
        ([small, large], "differ"),
    ):
        with pytest.raises(BadInput, match=why):
            average(folders, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
