"""Raise the built-in model from nothing: `python -m core raise`.

A small Llama in plain transformers format. Matrices learn by Muon, embeddings and norms by AdamW; the rate is held and
then falls linearly to zero over the last 45 % of the steps. The same seed and number of steps give the same data.
"""

from __future__ import annotations

import json
import logging
import os
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from core.errors import BadInput
from core.nursery.batches import Plan, batches
from core.nursery.documents import document
from core.nursery.growing import grow_into
from core.nursery.muon import Muon
from core.nursery.packed import packed_loss, read_layer
from core.nursery.tokenizer import train_tokenizer
from core.nursery.world import World
from core.precision import training_dtype

log = logging.getLogger(__name__)
CHECKPOINT_EVERY = 250


@dataclass(frozen=True)
class Size:
    """The shape of a model and how long it is raised."""

    width: int
    layers: int
    heads: int
    mlp: int
    steps: int
    vocab_size: int = 2048
    positions: int = 2048
    tokens_per_step: int = 14_336
    matrix_lr: float = 0.02
    vector_lr: float = 4e-3


SIZES = {
    "tiny": Size(width=64, layers=2, heads=2, mlp=128, steps=20, tokens_per_step=1536),  # for tests: knows nothing
    "small": Size(width=256, layers=6, heads=4, mlp=768, steps=6000),
    "base": Size(width=384, layers=6, heads=6, mlp=1024, steps=6000),
}
# A GPU reads more at once, and makes more of the same minutes.
ON_CUDA = {
    "small": replace(SIZES["small"], steps=12_000, tokens_per_step=65_536),
    "base": replace(SIZES["base"], steps=10_000, tokens_per_step=65_536),
}


def shape_of(size: str, device: str) -> Size:
    """The shape of that name, and how long it is raised on that device. Raises BadInput for an unknown name."""
    if size not in SIZES:
        raise BadInput(f"There is no size {size!r}; choose one of {', '.join(SIZES)}.")
    return ON_CUDA.get(size, SIZES[size]) if device == "cuda" else SIZES[size]


@dataclass(frozen=True)
class Progress:
    """One tick of the raising. `loss` is in nats per weighted token, `answer_loss` per answer token."""

    step: int
    steps: int
    loss: float
    answer_loss: float
    tokens: int
    seconds: float


def sample_texts(seed: int, documents: int) -> list[str]:
    """Documents as plain text, for the tokenizer."""
    world = World(random.Random(seed))
    return [
        "".join(
            [
                *(f" {line}\n" for line in told.lines),
                *(s.prompt + s.answer for s in islice(told.sayings(restate=0.2), 12)),
            ]
        )
        for told in (document(world, world.rng.randint(0, 8)) for _ in range(documents))
    ]


def new_model(size: Size, tokenizer: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    """An untrained model of that size."""
    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=size.width,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            num_key_value_heads=size.heads,
            intermediate_size=size.mlp,
            max_position_embeddings=size.positions,
            tie_word_embeddings=True,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        )
    )


def raise_model(
    size: Size,
    *,
    seed: int,
    device: str,
    out: Path,
    on_progress: Callable[[Progress], None],
    compiled: bool = True,
    workers: int | None = None,
    grown: Path | None = None,
) -> None:
    """Raise a model and write it to `out` (transformers format, fp16). Resumes from `out`/checkpoint.pt when there.

    With `grown`, a folder that an earlier raising wrote, its model goes on learning instead of a new one; it may have
    had fewer layers and narrower MLPs than `size`.
    """
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(out, size, seed, grown)
    model = new_model(size, tokenizer, seed).to(device)
    if grown:
        grow_into(model, load_file(grown / "model.safetensors"))
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    vectors = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    dtype = training_dtype(device)
    muon = Muon(matrices, lr=size.matrix_lr, dtype=dtype)
    adam = torch.optim.AdamW(vectors, lr=size.vector_lr, betas=(0.9, 0.95), weight_decay=0.0)
    start, curve, spent = _resume(out, model, muon, adam)
    plan = Plan(seed, size.steps, size.tokens_per_step, size.positions, is_grown=grown is not None)
    read = torch.compile(read_layer, dynamic=False) if compiled else read_layer
    began = time.perf_counter() - spent
    on_gpu = device == "cuda"
    if workers is None:  # a GPU reads as fast as all cores together write
        workers = max(1, (os.cpu_count() or 2) - 1) if on_gpu else 1
    for step, batch in enumerate(batches(tokenizer, plan, start=start, workers=workers, pinned=on_gpu), start):
        rate = min(1.0, (step + 1) / 50, (size.steps - step) / (0.45 * size.steps))
        for optimizer, base in ((muon, size.matrix_lr), (adam, size.vector_lr)):
            optimizer.param_groups[0]["lr"] = base * rate
        with torch.autocast(device, dtype=dtype, enabled=dtype != torch.float32):
            loss, answer_loss = packed_loss(
                model, {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}, read
            )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vectors, 1.0)
        muon.step()
        adam.step()
        model.zero_grad(set_to_none=True)
        tokens = (step + 1) * size.tokens_per_step
        if step % 10 == 0 or step + 1 == size.steps:
            tick = Progress(
                step + 1,
                size.steps,
                float(loss.detach()),
                float(answer_loss.detach()),
                tokens,
                time.perf_counter() - began,
            )
            curve.append(asdict(tick))
            on_progress(tick)
        if (step + 1) % CHECKPOINT_EVERY == 0:
            _checkpoint(out, model, muon, adam, step + 1, curve, time.perf_counter() - began)
    write_model(model, tokenizer, out)
    raised = {"seed": seed, "size": asdict(size), "curve": curve, "grown_from": _earlier(grown)}
    (out / "raising.json").write_text(json.dumps(raised, indent=1), encoding="utf-8")
    (out / "checkpoint.pt").unlink(missing_ok=True)


def _earlier(grown: Path | None) -> object:
    """How the model was raised that went on learning here; None for one raised from nothing."""
    path = grown / "raising.json" if grown else None
    return json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else None


def write_model(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Weights as fp16 safetensors, config and tokenizer, loadable by `AutoModelForCausalLM.from_pretrained`."""
    copy = LlamaForCausalLM(model.config)
    copy.load_state_dict(model.state_dict())
    copy.half().save_pretrained(out)
    tokenizer.save_pretrained(out)


def _tokenizer(out: Path, size: Size, seed: int, grown: Path | None) -> PreTrainedTokenizerFast:
    if (out / "checkpoint.pt").exists():  # an interrupted raising goes on with its own
        return PreTrainedTokenizerFast.from_pretrained(out)
    if grown:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(grown)
        tokenizer.save_pretrained(out)
        return tokenizer
    documents = 400 if size.steps < 100 else 12_000
    tokenizer = train_tokenizer(sample_texts(seed, documents), vocab_size=size.vocab_size)
    tokenizer.save_pretrained(out)
    return tokenizer


def _checkpoint(
    out: Path,
    model: torch.nn.Module,
    muon: Muon,
    adam: torch.optim.Optimizer,
    step: int,
    curve: list[dict[str, float]],
    seconds: float,
) -> None:
    state = {
        "model": model.state_dict(),
        "muon": muon.state_dict(),
        "adam": adam.state_dict(),
        "step": step,
        "curve": curve,
        "seconds": seconds,
    }
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").replace(out / "checkpoint.pt")


def _resume(
    out: Path, model: torch.nn.Module, muon: Muon, adam: torch.optim.Optimizer
) -> tuple[int, list[dict[str, float]], float]:
    path = out / "checkpoint.pt"
    if not path.exists():
        return 0, [], 0.0
    state = torch.load(path, weights_only=True, map_location=next(model.parameters()).device)
    model.load_state_dict(state["model"])
    muon.load_state_dict(state["muon"])
    adam.load_state_dict(state["adam"])
    log.info("resuming at step %d", state["step"])
    return state["step"], state["curve"], state["seconds"]
