"""Any causal LM with a full attention cache can be loaded and slept on: tiny random models, saved to disk and loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    OPTConfig,
    OPTForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from core.brain import Brain
from core.errors import ModelNotFound, UnsupportedModel
from core.memory import ALONE, EMPTY, LIVE
from core.models import Base, load_base
from core.recipes import Recipe
from core.sleep import sleep
from core.values import Probe

_SMALL = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}


def _configs(vocab: int) -> dict[str, tuple[type, object]]:
    ids = {"vocab_size": vocab, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    gqa = {**_SMALL, **ids, "num_key_value_heads": 2, "max_position_embeddings": 512}
    return {
        "llama": (LlamaForCausalLM, LlamaConfig(**gqa)),
        "qwen2": (Qwen2ForCausalLM, Qwen2Config(**gqa)),
        "mistral": (MistralForCausalLM, MistralConfig(**gqa, sliding_window=None)),
        "gpt2": (GPT2LMHeadModel, GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=512, **ids)),
        "gpt_neox": (GPTNeoXForCausalLM, GPTNeoXConfig(**_SMALL, **ids, max_position_embeddings=512)),
        "opt": (
            OPTForCausalLM,
            OPTConfig(
                hidden_size=32, ffn_dim=48, num_hidden_layers=2, num_attention_heads=4, word_embed_proj_dim=32, **ids
            ),
        ),
    }


def _save(folder: Path, base: Base, name: str) -> Path:
    torch.manual_seed(0)
    kind, config = _configs(len(base.tokenizer))[name]
    kind(config).save_pretrained(folder)
    base.tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def tiny_night(quick: Recipe) -> Recipe:
    return replace(quick, lessons_from="statements", steps=2)


@pytest.mark.parametrize("name", ["llama", "qwen2", "mistral", "gpt2", "gpt_neox", "opt"])
def test_every_architecture_hears_asks_and_sleeps(tmp_path: Path, base: Base, tiny_night: Recipe, name: str) -> None:
    """A random model knows nothing; what is tested is the path: cache, receipts, a night that changes only MLP weights."""
    other = load_base(str(_save(tmp_path, base, name)))
    assert other.n_layers == 2 and len(other.mlp) in {4, 6}
    brain = Brain(other)
    brain.hear("Mira lives in Oslo.", [Probe("Where does Mira live?", ("Oslo",))])
    brain.hear("Otto owns a kite.")
    before = brain.digest()
    whole, empty, alone = (brain.ask("Where does Mira live?", m) for m in (LIVE, EMPTY, ALONE(0)))
    assert whole.receipt.cache_length > alone.receipt.cache_length > empty.receipt.cache_length == 0
    assert brain.snapshot("Where does Mira live?").attention_received is not None
    assert brain.digest() == before
    untouched = {n: p.clone() for n, p in other.model.named_parameters()}
    sleep(brain, tiny_night)
    changed = {n for n, p in brain.model.named_parameters() if not torch.equal(untouched[n], p)}
    assert changed and changed <= {f"{m.module}.weight" for m in other.mlp}


def test_the_whole_cache_says_what_the_plain_prompt_says(base: Base) -> None:
    """Reading facts one by one into a cache, then asking, equals one plain forward pass over the same tokens."""
    brain = Brain(base)
    brain.hear("Mira lives in Oslo.")
    brain.hear("Otto owns a kite.")
    ids = [*brain.day.tokens, *base.question_ids("What does Otto own?")]
    with torch.no_grad():
        plain = base.model(input_ids=torch.tensor([ids])).logits[0, -1].log_softmax(-1)
    from core.lines import line
    from core.speaking import target_log_probs

    cached = target_log_probs(
        base, brain.model, [line(base, brain.day.whole(), base.question_ids("What does Otto own?"))], [[5]]
    )[0][0]
    assert torch.allclose(plain, cached, atol=1e-4)


def test_a_sliding_window_is_refused(tmp_path: Path, base: Base) -> None:
    torch.manual_seed(0)
    config = MistralConfig(**_SMALL, num_key_value_heads=2, vocab_size=len(base.tokenizer), sliding_window=16)
    MistralForCausalLM(config).save_pretrained(tmp_path)
    base.tokenizer.save_pretrained(tmp_path)
    with pytest.raises(UnsupportedModel, match="full attention"):
        load_base(str(tmp_path))


@pytest.mark.parametrize("name", ["/nowhere/at/all", "no-such-model-anywhere"])
def test_a_model_that_is_not_there(name: str) -> None:
    with pytest.raises(ModelNotFound, match="No model could be loaded"):
        load_base(name)


def test_a_broken_folder(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelNotFound):
        load_base(str(tmp_path))
