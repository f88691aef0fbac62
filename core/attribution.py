"""Looking instead of trying: which layers' MLPs an answer's log-probability is attributed to (captum).

Layer conductance (Dhamdhere et al. 2019, arXiv 1805.12233) follows integrated gradients of the input through each
layer; layer integrated gradients (Sundararajan et al. 2017, arXiv 1703.01365) takes the path at the layer's own output.
Both are correlations. The same answer's loss under a lesion, an intervention, is measured beside them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from core.brain import Brain
from core.errors import BadInput
from core.findings import Attribution
from core.interventions import OnProgress, asked_after, find_night, with_nights, without_layer
from core.lines import EMPTY_VIEW, Line
from core.speaking import target_scores

STEPS, ROWS = 32, 32  # points on the path from baseline to question; how many of them go through the model at once


def attribute(brain: Brain, name: str, number: int, on_progress: OnProgress | None = None) -> Attribution:
    """Share out the log-probability of the right answer to a fact's first question, with an empty cache.

    The baseline is the same answer after a prompt in which every token is the sink (an all-zero one has no direction
    for RMSNorm to keep). Raises BadInput for an unknown night or a fact without a question, and whatever `on_progress`
    raises. The brain is not touched: captum's hooks go to a private copy.
    """
    # captum imports matplotlib: only who asks for this waits for it
    from captum.attr import LayerConductance, LayerIntegratedGradients

    night, base = find_night(brain, name), brain.base
    fact = next((f for f in asked_after(brain, name) if f.number == number), None)
    if fact is None or not fact.probes:
        raise BadInput("That fact has no question in this night's exam; choose another fact.")
    probe = fact.probes[0]
    one, answer = brain.question_line(probe.question, EMPTY_VIEW), base.answer_ids(probe.answers[0])
    tree = with_nights(brain, brain.nights)
    asked, unasked = _embedded(tree, one, answer, base.sink)
    log_prob = _log_prob_of(tree, len(one.prompt), answer)
    conductance: list[float] = []
    gradients: list[float] = []
    lesion: list[float] = []
    whole = float(target_scores(base, tree, [one], [answer])[0].sum())
    other = None
    for done, (layer, writer) in enumerate(base.writers.items()):
        module = tree.get_submodule(writer.module)
        for method, found in ((LayerConductance, conductance), (LayerIntegratedGradients, gradients)):
            shares = method(log_prob, module).attribute(
                asked, baselines=unasked, n_steps=STEPS, internal_batch_size=ROWS
            )
            found.append(float(shares.detach().sum()))
        other = without_layer(brain, night, layer, other)
        lesion.append(whole - float(target_scores(base, other, [one], [answer])[0].sum()))
        if on_progress:
            on_progress(done + 1, base.n_layers)
    with torch.no_grad():
        before = float(log_prob(unasked))
    return Attribution(
        night=name,
        fact=number,
        question=probe.question,
        expected="|".join(probe.answers),
        log_prob=whole,
        log_prob_unasked=before,
        layers=tuple(base.writers),
        conductance=np.array(conductance),
        integrated_gradients=np.array(gradients),
        lesion=np.array(lesion),
    )


@torch.no_grad()
def _embedded(tree: torch.nn.Module, one: Line, answer: list[int], sink: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Input embeddings (1, T, D) of prompt and answer, and the same with every token of the prompt a sink."""
    embed = tree.get_input_embeddings()  # type: ignore[operator]
    ids = torch.tensor([[*one.prompt, *answer]], device=embed.weight.device)
    blank = ids.clone()
    blank[:, : len(one.prompt)] = sink
    return embed(ids).detach().requires_grad_(), embed(blank).detach()


def _log_prob_of(tree: torch.nn.Module, prompt: int, answer: list[int]) -> Callable[[torch.Tensor], torch.Tensor]:
    """Embeddings (B, T, D) -> total log-probability (B,) of the answer's tokens, which follow `prompt` others."""

    def log_prob(embeddings: torch.Tensor) -> torch.Tensor:
        logits = tree(inputs_embeds=embeddings, use_cache=False).logits[:, prompt - 1 : -1]
        return logits.float().log_softmax(-1)[:, range(len(answer)), answer].sum(1)

    return log_prob
