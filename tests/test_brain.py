"""The day: what is heard is in the cache, asking leaves no trace, clearing the window is amnesia."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.brain import Brain
from core.errors import BadInput, CacheFull
from core.exam import ask_bystanders, neighbour_rates
from core.memory import ALONE, BLANK, EMPTY, LIVE, WITHOUT
from core.models import Base
from core.neighbours import cuts_a_name
from core.probes import suggest_probe
from core.values import UNKNOWN, Probe


def test_answers_from_the_cache_and_not_without(brain: Brain) -> None:
    assert brain.ask("Where does Mira live?").text == "Oslo"
    brain.forget_cache()
    assert brain.cache_length == 0
    assert brain.ask("Where does Mira live?").text == UNKNOWN


def test_asking_leaves_no_trace(brain: Brain) -> None:
    before = brain.digest()
    for memory in (LIVE, EMPTY, BLANK, ALONE(1), WITHOUT(1)):
        brain.ask("Where is the spare key?", memory)
    brain.snapshot("Where is the spare key?")
    suggest_probe(brain, brain.facts[0])
    assert brain.digest() == before


def test_receipt_shows_what_could_be_seen(brain: Brain, base: Base) -> None:
    awake = brain.ask("Where does Mira live?").receipt
    assert awake.cache_length == brain.cache_length > 0
    empty = brain.ask("Where does Mira live?", EMPTY).receipt
    assert empty.cache_length == 0
    assert "".join(empty.prompt_tokens[1:]) == "Q: Where does Mira live?\nA:"
    alone = brain.ask("Where does Mira live?", ALONE(0)).receipt
    assert alone.cache_length == 1 + len(base.statement_ids("Mira lives in Oslo."))


def test_a_fact_s_entries_can_be_left_out_of_one_view(brain: Brain, base: Base) -> None:
    """What is left keeps its places: dropping a fact that does not exist changes nothing, dropping all leaves the sink."""
    question = "Where does Mira live?"
    whole = brain.ask(question)
    less = brain.ask(question, WITHOUT(0))
    assert less.receipt.cache_length == whole.receipt.cache_length - len(base.statement_ids("Mira lives in Oslo."))
    assert less.text != "Oslo", "nothing else in this day tells of Oslo"
    assert brain.ask(question, WITHOUT(99)).log_prob == pytest.approx(whole.log_prob, abs=1e-4)
    one = Brain(base)
    one.hear("Mira lives in Oslo.")
    assert one.ask(question, WITHOUT(0)).receipt.cache_length == 1


def test_a_view_without_the_last_fact_is_the_day_before_it_was_told(base: Base) -> None:
    before, after = Brain(base), Brain(base)
    for statement in ("Mira lives in Oslo.", "Zorvath drives a tractor."):
        before.hear(statement)
        after.hear(statement)
    after.hear("Nurse Adeyemi has two beehives.")
    view = after.view(WITHOUT(2))
    assert view.entries == before.view(LIVE).entries
    assert view.position > before.view(LIVE).position  # the question still comes after the gap


def test_a_cleared_window_comes_back_bit_for_bit(brain: Brain) -> None:
    before = brain.digest()
    brain.forget_cache()
    assert brain.is_set_aside and brain.facts
    brain.bring_back()
    assert brain.digest() == before


def test_a_full_cache_is_one_sentence_and_loses_nothing(base: Base) -> None:
    brain = Brain(base)
    with pytest.raises(CacheFull, match="The cache is full"):
        for i in range(1000):
            brain.hear(f"Person {i} keeps {i} yellow lanterns in the cellar of house {i}.")
    heard, before = len(brain.facts), brain.digest()
    assert heard > 60
    with pytest.raises(CacheFull):
        brain.hear("The last straw is on the camel, the very last of all the straws that there ever were.")
    assert brain.digest() == before and len(brain.facts) == heard


@pytest.mark.parametrize("text", ["", "   \n\t ", "x" * 5000])
def test_unusable_facts_are_refused_in_words(brain: Brain, text: str) -> None:
    before = brain.digest()
    with pytest.raises(BadInput):
        brain.hear(text)
    assert brain.digest() == before


@pytest.mark.parametrize(
    "text", ["<b>Mira</b> & <script>alert(1)</script>", "Mira likes 🦦 and 😀.", "Ω≈ç√∫ は 日本語"]
)
def test_anything_can_be_typed(brain: Brain, text: str) -> None:
    assert brain.hear(text).statement == text
    assert brain.facts[-1].statement == text


def test_two_brains_share_the_base_and_nothing_else(base: Base, brain: Brain) -> None:
    other = Brain(base, "other")
    assert other.cache_length == 0
    shared = {p.data_ptr() for p in base.model.parameters()}
    assert {p.data_ptr() for p in other.model.parameters()} == shared
    brain.hear("Otto owns a kite.")
    assert other.cache_length == 0


def test_snapshot_is_of_the_live_cache(brain: Brain, base: Base) -> None:
    shot = brain.snapshot("Where does Mira live?")
    shape = (base.n_layers, base.n_kv_heads, brain.cache_length)
    assert shot.key_norm.shape == shot.value_norm.shape == shape
    assert shot.attention_received is not None and shot.attention_received.shape == shape
    assert (shot.attention_received.sum(-1) <= 1 + 1e-5).all()
    assert set(shot.fact_of_token.tolist()) == {-1, 0, 1, 2, 3}
    assert shot.answer_attention is not None and shot.answer_attention.shape == shape
    assert "".join(shot.tokens[1:]).startswith(" Mira lives in Oslo.\n")


def test_the_trace_is_the_attention_of_the_steps_that_wrote_the_answer(brain: Brain, base: Base) -> None:
    """Checked against one pass over the whole day, question and answer, without any cache."""
    question = "Where does Mira live?"
    answer = base.encode(" " + brain.ask(question).text)
    asked = base.question_ids(question)
    ids = torch.tensor([[*brain.day.tokens, *asked, *answer]])
    held = len(brain.day)
    with torch.no_grad():
        maps = torch.stack(brain.model(input_ids=ids, output_attentions=True).attentions)[:, 0]  # (L, H, S, S)
    wrote = maps[:, :, held + len(asked) - 1 : held + len(asked) - 1 + len(answer), :held].mean(2)
    trace = brain.snapshot(f"  {question} ").trace
    assert trace is not None
    assert np.allclose(trace.share, wrote.mean((0, 1)).numpy(), atol=1e-4)
    assert sum(trace.by_fact.values()) + trace.sink + trace.itself == pytest.approx(1.0, abs=1e-5)
    assert brain.snapshot().trace is None


def test_its_own_question_is_about_what_was_typed(brain: Brain) -> None:
    probe = suggest_probe(brain, brain.facts[0])
    assert probe is not None and probe.source == "self"
    assert probe.answers[0] in "Mira lives in Oslo."
    assert suggest_probe(brain, brain.facts[0]) == probe  # its seed is fixed


def test_its_own_question_names_whom_the_fact_names(brain: Brain) -> None:
    for name in ("Odessa", "Wilhelmina", "Iris"):
        fact = brain.hear(f"Grandmother {name} was born in 1938.")
        probe = suggest_probe(brain, fact)
        assert probe is not None and not cuts_a_name(probe.question, fact.statement)


def test_typed_special_tokens_are_plain_characters(brain: Brain, base: Base) -> None:
    fact = brain.hear("The sign says <|night|> and then <|day|>.")
    entries = [brain.day.tokens[i] for i in brain.day.entries_of(fact.number)]
    assert not {base.sink, base.tokenizer.eos_token_id} & set(entries)


def test_clearing_an_empty_window_loses_no_later_fact(base: Base) -> None:
    brain = Brain(base)
    brain.forget_cache()
    brain.hear("Mira lives in Oslo.")
    assert [f.statement for f in brain.facts] == ["Mira lives in Oslo."] and brain.cache_length > 0


def test_a_hundred_facts_fit_into_one_day(base: Base) -> None:
    with (Path(__file__).parent / "data" / "visitors.csv").open(encoding="utf-8", newline="") as file:
        statements = list(dict.fromkeys(row["statement"] for row in csv.DictReader(file)))
    brain = Brain(base)
    for statement in statements[:100]:
        brain.hear(statement)
    assert len(brain.facts) == 100


def test_a_probe_that_could_not_be_asked_is_refused_before_anything_is_read(brain: Brain) -> None:
    before = brain.digest()
    for probe in (Probe("", ("x",)), Probe("why " * 200, ("x",)), Probe("Why?", ("x " * 200,))):
        with pytest.raises(BadInput):
            brain.hear("Mira has a kite.", [probe])
    assert brain.digest() == before


def test_yes_and_no_were_told_of_nobody(base: Base) -> None:
    """A neighbour of a yes/no question may rightly be answered so, which is no false recall."""
    brain = Brain(base)
    closed, opened = Probe("Does Otto own a dog?", ("no",)), Probe("What does Otto own?", ("a kite",))
    fact = brain.hear("Otto owns a kite.", [closed])
    assert ask_bystanders(brain, [fact]).neighbour_questions == ()
    both = replace(fact, probes=(closed, opened))
    found = ask_bystanders(brain, [both])
    assert found.neighbour_questions and all(q.startswith("What") for q in found.neighbour_questions)
    for said, share in (("no", 0.0), ("I do not know", 0.0), ("a kite", 1.0)):
        after = replace(found, neighbour_answers=(said,) * len(found.neighbour_questions))
        assert neighbour_rates(brain, [both], found, after)[1].value == share
