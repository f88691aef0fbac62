"""Where a night went: laws that pictures of it rest on, on the real model with small random nights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.anatomy import PER_LAYER, cosines, neurons
from core.attribution import _embedded, _log_prob_of, attribute
from core.brain import Brain
from core.deltas import deltas, random_values
from core.errors import BadInput, SleepCancelled
from core.exam import take_exam
from core.findings import rank_correlation
from core.interventions import dose_curve, lesion_map, with_nights
from core.lines import EMPTY_VIEW


@pytest.fixture(autouse=True)
def untouched(two_nights: Brain):
    """Whatever is measured here, the brain is bit for bit as it was."""
    before = two_nights.digest()
    yield
    assert two_nights.digest() == before


def other_nights(brain: Brain, *changed) -> Brain:
    """A brain of the same base and reports with other nights."""
    other = Brain(brain.base, "other")
    other.restore(changed, brain.reports, None, brain.heard_ever, brain.slept_ever)
    return other


def only_in(night, layer: int, mlp):
    """The night, empty in all layers but one."""
    layers = {m.module: m.layer for m in mlp}
    return replace(night, b={m: b if layers[m] == layer else torch.zeros_like(b) for m, b in night.b.items()})


# The change itself -------------------------------------------------------------------------------


def test_the_random_change_has_the_same_norm_and_rank(two_nights):
    night = two_nights.nights[0]
    for delta in deltas(two_nights.base, night):
        assert len(delta.random_values) == len(delta.singular_values) == night.rank
        assert np.linalg.norm(delta.random_values) == pytest.approx(delta.norm, rel=1e-3, abs=1e-5)
    a, b = torch.randn(4, 300), torch.randn(200, 4)
    own = torch.linalg.svdvals(b @ a)[:4]
    assert random_values(300, 200, 4).tolist() == pytest.approx((own / own.norm()).tolist(), abs=0.15)
    assert torch.equal(random_values(300, 200, 4), random_values(300, 200, 4))


def test_cosines_are_those_of_the_full_changes(two_nights):
    base, nights = two_nights.base, two_nights.nights
    found = cosines(base, nights)
    first, second = (torch.stack([n.delta(m).flatten() for m in base.mlp[:2]]) for n in nights)
    for place, (one, two) in enumerate(zip(first, second, strict=True)):
        expected = float(torch.nn.functional.cosine_similarity(one, two, dim=0))
        assert found.cosine(found.places[place])[0, 1] == pytest.approx(expected, abs=1e-5)
    assert np.diag(found.cosine()) == pytest.approx([1.0, 1.0])
    assert found.chance() < found.chance(found.places[0]) == pytest.approx(first.shape[1] ** -0.5)


def test_a_night_that_changed_nothing_has_no_cosine_and_no_neurons(two_nights):
    first, second = two_nights.nights
    empty = replace(second, b={m: torch.zeros_like(b) for m, b in second.b.items()})
    found = cosines(two_nights.base, (first, empty)).cosine()
    assert found[0, 0] == pytest.approx(1.0) and np.isnan(found[[0, 1, 1], [1, 0, 1]]).all()
    assert neurons(other_nights(two_nights, first, empty), "night-2") == ()


def test_neurons_are_the_units_whose_own_weights_changed_most(two_nights):
    base, night = two_nights.base, two_nights.nights[0]
    found = neurons(two_nights, night.name)
    assert len(found) == PER_LAYER * base.n_layers
    assert [n.relative for n in found] == sorted((n.relative for n in found), reverse=True)
    top = found[0]
    gate, up, down = (m for m in base.mlp if m.layer == top.layer)
    parts = [(m, lambda w, m=m: w[:, top.unit] if m is down else w[top.unit]) for m in (gate, up, down)]
    change, frozen = (
        torch.cat([pick(w) for w, pick in zip(weights, (p for _, p in parts), strict=True)]).norm()
        for weights in ([night.delta(m) for m, _ in parts], [base.weight(m) for m, _ in parts])
    )
    assert top.change == pytest.approx(float(change), rel=1e-4)
    assert top.relative == pytest.approx(float(change / frozen), rel=1e-4)


def test_a_night_without_a_question_is_looked_into_all_the_same(two_nights):
    brain = Brain(two_nights.base)
    unasked = [replace(r, facts=tuple(replace(f, probes=()) for f in r.facts)) for r in two_nights.reports]
    brain.restore(two_nights.nights, unasked, None, two_nights.heard_ever, two_nights.slept_ever)
    found = neurons(brain, "night-2")
    assert {n.fact for n in found} == {-1} and len(found) == len(neurons(two_nights, "night-2"))
    assert dose_curve(brain, "night-2").points and lesion_map(brain, "night-2") is not None


def test_promoted_words_are_what_the_changed_column_adds_to_the_logits(two_nights):
    base, night = two_nights.base, two_nights.nights[0]
    unembedding = base.model.get_output_embeddings().weight
    for neuron in neurons(two_nights, night.name)[:3]:
        column = night.delta(base.writers[neuron.layer])[:, neuron.unit]
        logits = unembedding @ column * neuron.activation
        best = (logits - logits.mean()).topk(len(neuron.promotes))
        assert [w.token for w in neuron.promotes] == list(base.pieces(best.indices.tolist()))
        assert [w.push for w in neuron.promotes] == pytest.approx(best.values.tolist(), rel=1e-3)
        assert neuron.fact in {f.number for f in two_nights.reports[0].facts}


# Interventions -----------------------------------------------------------------------------------


def test_the_dose_curve_meets_the_brain_at_its_own_dose_and_no_night_at_zero(two_nights):
    seen = []
    curve = dose_curve(two_nights, "night-1", (1.0,), on_progress=lambda *at: seen.append(at))
    assert [p.dose for p in curve.points] == [0.0, 1.0] and curve.in_effect == 1.0
    assert seen == [(1, 2), (2, 2)]
    facts = two_nights.reports[0].facts
    assert list(curve.points[1].rows) == take_exam(two_nights, facts, "slept")
    without = with_nights(two_nights, two_nights.nights[1:])
    assert list(curve.points[0].rows) == take_exam(two_nights, facts, "slept", model=without)
    assert curve.points[0].locality.value == 1.0
    assert all(row.cache_length == 0 for p in curve.points for row in p.rows)


def test_a_lesion_takes_away_what_its_layer_held_and_nothing_else(two_nights):
    first, second = two_nights.nights
    held = only_in(first, 2, two_nights.base.mlp)
    brain = other_nights(two_nights, held, second)
    before = brain.digest()
    found = lesion_map(brain, "night-1")
    off = np.array([b.log_prob - a.log_prob for a, b in zip(found.whole, found.without, strict=True)])
    assert (found.change[:, [n != 2 for n in found.layers]] == 0).all()
    assert (found.change[:, found.layers.index(2)] == off).all() and (off != 0).all()
    assert found.lesioned[2] == found.without
    assert brain.digest() == before


def test_a_measurement_that_is_stopped_leaves_the_brain_as_it_was(two_nights):
    def stop(done: int, total: int) -> None:
        raise SleepCancelled("stop")

    for measure in (lesion_map, lambda brain, name, on_progress: attribute(brain, name, 0, on_progress)):
        with pytest.raises(SleepCancelled):
            measure(two_nights, "night-1", on_progress=stop)


def test_an_unknown_night_or_fact_is_one_clear_sentence(two_nights):
    with pytest.raises(BadInput, match="no night called"):
        lesion_map(two_nights, "night-9")
    with pytest.raises(BadInput, match="no question"):
        attribute(two_nights, "night-2", 0)


# Attribution -------------------------------------------------------------------------------------


def test_attribution_shares_out_the_log_probability_of_the_exam(two_nights):
    found = attribute(two_nights, "night-1", 0)
    rows = take_exam(two_nights, two_nights.reports[0].facts[:1], "slept")
    assert found.log_prob == pytest.approx(rows[0].log_prob, abs=1e-4)
    lesions = lesion_map(two_nights, "night-1")
    assert found.lesion == pytest.approx(-lesions.change[0], abs=1e-3)
    assert found.layers == lesions.layers
    _check_completeness(two_nights, found)


def _check_completeness(brain, found) -> None:
    """Layer integrated gradients sum to what is lost when the layer writes what it would have written unasked."""
    base, probe = brain.base, brain.reports[0].facts[0].probes[0]
    one, answer = brain.question_line(probe.question, EMPTY_VIEW), base.answer_ids(probe.answers[0])
    tree = with_nights(brain, brain.nights)
    asked, unasked = _embedded(tree, one, answer, base.sink)
    log_prob = _log_prob_of(tree, len(one.prompt), answer)
    module, kept = tree.get_submodule(base.writers[2].module), []
    with torch.no_grad():
        assert float(log_prob(unasked)) == pytest.approx(found.log_prob_unasked, abs=1e-4)
        whole = float(log_prob(asked))
        hook = module.register_forward_hook(lambda _, __, out: kept.append(out))
        log_prob(unasked)
        hook.remove()
        module.register_forward_hook(lambda *_: kept[0])
        patched = float(log_prob(asked))
    assert found.integrated_gradients[2] == pytest.approx(whole - patched, rel=0.02, abs=0.05)


def test_rank_correlation_is_spearmans():
    rising = np.array([0.1, 2.0, 300.0])
    assert rank_correlation(rising, rising**3) == pytest.approx(1.0)
    assert rank_correlation(rising, -rising) == pytest.approx(-1.0)
    assert rank_correlation(np.array([1.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(0.9486833)
    assert np.isnan(rank_correlation(rising, np.ones(3)))
