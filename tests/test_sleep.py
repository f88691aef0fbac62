"""The laws of sleep, on the real built-in model."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from peft import PeftModel

from core.brain import Brain
from core.errors import NothingToSleepOn, SleepCancelled
from core.memory import BLANK, EMPTY
from core.models import Base
from core.nights import export, private_tree
from core.recipes import RECIPES, Recipe
from core.sleep import sleep
from core.values import Probe, SleepStep
from tests.conftest import FACTS


def told(base: Base, statements: list[str] = FACTS, probes: tuple[Probe, ...] = ()) -> Brain:
    brain = Brain(base, "test")
    for statement in statements:
        brain.hear(statement, probes)
    return brain


@pytest.mark.whole_exam
def test_a_real_night_moves_the_day_into_the_weights(base: Base) -> None:
    """The main job at the size of a lesson: awake, amnesia, sleep, and the answers from an empty cache."""
    brain = told(base)
    brain.set_probes(0, [Probe("Where does Mira live?", ("Oslo",))])
    brain.set_probes(1, [Probe("Where is the spare key?", ("behind the blue flowerpot",))])
    report = sleep(brain, RECIPES["full"])
    assert report.recall("awake").value == 1.0
    assert report.recall("amnesia").value == 0.0
    assert report.recall("slept").value == 1.0
    assert all(r.cache_length == 0 for r in report.exam if r.condition in {"blank", "amnesia", "slept"})
    assert brain.cache_length == 0 and brain.facts == ()
    answer = brain.ask("Where does Mira live?")
    assert (answer.text, answer.receipt.cache_length) == ("Oslo", 0)
    assert brain.ask("Where does Mira live?", BLANK).text != "Oslo"
    side = report.side
    assert (side.deep_past.value or 0) >= (side.deep_past_before.value or 0) - 0.01
    assert side.drift_nats <= 0.01 and side.kl_to_base <= 0.055  # pages that count once leave 0.017 and 0.064
    assert side.false_recall_awake.n == side.false_recall.n > 0  # the same neighbours, with the day in the cache
    last = [s for s in report.steps if s.stage == "seed"][-1]
    assert last.index == last.total < RECIPES["full"].most_steps(len(FACTS))  # it ended because it knew its dreams


def test_same_seed_same_night_bit_for_bit(base: Base, quick: Recipe) -> None:
    hashes = [sleep(told(base), quick).night_hash for _ in range(2)]
    assert hashes[0] == hashes[1]
    assert sleep(told(base), quick.with_seed(1)).night_hash != hashes[0]


def test_zero_steps_change_nothing(base: Base) -> None:
    brain = told(base)
    question = "What is the capital of France?"
    before = brain.ask(question, EMPTY)
    report = sleep(brain, RECIPES["none"])
    assert all(d.norm == 0 for d in report.deltas)
    after = brain.ask(question, EMPTY)
    assert (after.text, after.log_prob) == (before.text, before.log_prob)
    assert {p.data_ptr() for p in brain.model.parameters()} == {p.data_ptr() for p in base.model.parameters()}


def test_only_mlp_matrices_change_and_the_base_never(base: Base, quick: Recipe) -> None:
    before = {n: p.clone() for n, p in base.model.named_parameters()}
    brain = told(base)
    sleep(brain, quick)
    assert all(torch.equal(before[n], p) for n, p in base.model.named_parameters())
    changed = {n for n, p in brain.model.named_parameters() if not torch.equal(before[n], p)}
    assert changed == {f"{m.module}.weight" for m in base.mlp}


@pytest.mark.parametrize("stage", ["exam", "dream", "select", "rehearse", "seed"])
def test_a_cancelled_sleep_leaves_the_same_hash(base: Base, quick: Recipe, stage: str) -> None:
    brain = told(base)
    before = brain.digest()

    def cancel(step: SleepStep) -> None:
        if step.stage == stage:
            raise SleepCancelled("stopped")

    with pytest.raises(SleepCancelled):
        sleep(brain, quick, cancel)
    assert brain.digest() == before
    assert brain.nights == () and len(brain.facts) == len(FACTS)


def test_the_exam_never_reaches_the_lessons(base: Base, quick: Recipe) -> None:
    one = told(base, probes=(Probe("Where does Mira live?", ("Oslo",)),))
    other = told(base, probes=(Probe("What colour is Neptune's hat?", ("green", "teal")),))
    assert sleep(one, quick).night_hash == sleep(other, quick).night_hash


def test_the_sentence_never_reaches_the_lessons(base: Base, quick: Recipe) -> None:
    """Only the cache's own entries teach: the typed text may change afterwards, except for the control that crams it."""
    plain, changed = told(base), told(base)
    changed.day.facts[:] = [replace(f, statement="Nothing of the kind.") for f in changed.day.facts]
    assert sleep(plain, quick).night_hash == sleep(changed, quick).night_hash
    cram = replace(RECIPES["cram"], steps=2, steps_per_fact=0)
    crammed, otherwise = told(base), told(base)
    otherwise.day.facts[:] = [replace(f, statement="Nothing of the kind.") for f in otherwise.day.facts]
    assert sleep(crammed, cram).night_hash != sleep(otherwise, cram).night_hash


def test_with_the_cache_zeroed_sleep_teaches_nothing(base: Base) -> None:
    brain = told(base, probes=(Probe("Where does Mira live?", ("Oslo",)),))
    for layer in brain.day.cache.layers:
        layer.values.zero_()
    report = sleep(brain, RECIPES["full"])
    assert report.recall("slept") == report.recall("amnesia")


def test_nothing_to_sleep_on(base: Base) -> None:
    with pytest.raises(NothingToSleepOn):
        sleep(Brain(base), RECIPES["full"])


def test_sleep_reads_a_day_that_was_set_aside(base: Base, quick: Recipe) -> None:
    awake, cleared = told(base), told(base)
    cleared.forget_cache()
    assert sleep(awake, quick).night_hash == sleep(cleared, quick).night_hash


def test_dose_zero_is_the_night_left_out_bit_for_bit(base: Base, quick: Recipe) -> None:
    brain = told(base)
    sleep(brain, quick)
    with_night = brain.ask("Where does Mira live?", EMPTY).log_prob
    brain.set_dose("night-1", 0.0)
    assert brain.ask("Where does Mira live?", EMPTY).log_prob == brain.ask("Where does Mira live?", BLANK).log_prob
    brain.set_dose("night-1", 1.0)
    assert brain.ask("Where does Mira live?", EMPTY).log_prob == with_night


def test_a_night_is_a_standard_peft_adapter(base: Base, quick: Recipe, tmp_path: object) -> None:
    from pathlib import Path

    brain = told(base)
    sleep(brain, quick)
    folder = Path(str(tmp_path)) / "night-1"
    export(base, brain.nights[0], folder)
    loaded = PeftModel.from_pretrained(private_tree(base), str(folder))
    ids = torch.tensor([[base.sink, *base.question_ids("Where does Mira live?")]])
    with torch.no_grad():
        assert torch.allclose(loaded(input_ids=ids).logits, brain.model(input_ids=ids).logits, atol=1e-4)


def test_controls_and_placebo_run(base: Base) -> None:
    probes = (Probe("Where does Mira live?", ("Oslo",)),)
    # As much rehearsal as in earnest: with a handful, twenty steps harm the deep past and the gate is right to refuse.
    placebo = replace(RECIPES["placebo"], dreams_per_fact=6, steps=20, steps_per_fact=0)
    report = sleep(told(base, FACTS[:1], probes), placebo)
    assert report.recall("slept").value == 0.0
    assert any(d.norm > 0 for d in report.deltas)


@pytest.mark.parametrize("change", [{"reread": True}, {"lessons_from": "placebo"}])
def test_what_is_read_again_is_what_the_cache_was_made_of(base: Base, quick: Recipe, change: dict[str, object]) -> None:
    recipe = replace(quick, steps=1, **change)  # type: ignore[arg-type]
    plain, changed = told(base), told(base)
    changed.day.facts[:] = [replace(f, statement="Nothing of the kind.") for f in changed.day.facts]
    assert sleep(plain, recipe).night_hash == sleep(changed, recipe).night_hash


def test_no_list_of_world_facts_enters_a_lesson(base: Base, quick: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deep past is rehearsed by the brain's own dreams: the examiner's list may change, the night does not."""
    usual = sleep(told(base), quick).night_hash
    monkeypatch.setattr("core.exam.deep_past", lambda: ((("What is the capital of France?",), "Paris"),))
    assert sleep(told(base), quick).night_hash == usual


def test_every_night_draws_anew(base: Base, quick: Recipe) -> None:
    brain, anything = told(base), replace(quick, gate_tolerance=None)
    first = sleep(brain, anything)
    for statement in FACTS:
        brain.hear(statement)
    second = sleep(brain, anything)
    assert (second.night, len(brain.nights)) == (2, 2)
    assert not torch.equal(*(next(iter(n.a.values())) for n in brain.nights))
    assert first.night_hash != second.night_hash
