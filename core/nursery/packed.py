"""One pass of a Llama over documents and the many lines that follow each, every line as if it were the only one.

A line's tokens attend to the told tokens that it may see and to the earlier tokens of the line itself. The told tokens
are read once for all lines. This is the arithmetic of the model's own forward, arranged for training.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional as F
from transformers import LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, apply_rotary_pos_emb

from core.nursery.batches import ANSWER, Batch

Rotary = tuple[torch.Tensor, torch.Tensor]
ReadLayer = Callable[..., tuple[torch.Tensor, torch.Tensor]]


def packed_loss(
    model: LlamaForCausalLM, batch: Batch, read_layer: ReadLayer | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weighted next-token loss of a batch (`core.nursery.batches`), and the plain mean over answer tokens, in nats.

    `read_layer` may be a compiled `read_layer` of this module: one compilation serves every layer.
    """
    told, lines = hidden_states(model, batch, read_layer)
    states, targets, w = (
        lines[:, :, :-1].flatten(0, 2),
        batch["lines"][:, :, 1:].flatten(),
        batch["line_weights"][:, :, 1:].flatten(),
    )
    if "told_weights" in batch:
        states = torch.cat([told[:, :-1].flatten(0, 1), states])
        targets = torch.cat([batch["told"][:, 1:].flatten(), targets])
        w = torch.cat([batch["told_weights"][:, 1:].flatten(), w])
    losses = F.cross_entropy(model.lm_head(states).float(), targets, reduction="none")
    is_answer = (w == ANSWER).float()
    return (losses * w).sum() / w.sum(), (losses.detach() * is_answer).sum() / is_answer.sum().clamp_min(1.0)


def hidden_states(
    model: LlamaForCausalLM, batch: Batch, layer_reader: ReadLayer | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Last hidden states of the told tokens (B, T, D) and of the lines (B, n, W, D)."""
    inner, read = model.model, layer_reader or read_layer
    n, width = batch["lines"].shape[1:3]
    piece = batch["piece"]
    own = (piece[..., :, None] == piece[..., None, :]) & torch.ones(
        width, width, dtype=torch.bool, device=piece.device
    ).tril()
    sees = batch["sees"].flatten(1, 2)[:, None]  # (B, 1, n W, T)
    told, lines = inner.embed_tokens(batch["told"]), inner.embed_tokens(batch["lines"].flatten(1))
    told_rotary = inner.rotary_emb(told, batch["told_positions"])
    line_rotary = inner.rotary_emb(lines, batch["line_positions"].flatten(1))
    for layer in inner.layers:
        told, lines = read(layer, told, lines, told_rotary, line_rotary, sees, own[:, None])
    return inner.norm(told), inner.norm(lines).unflatten(1, (n, width))


def read_layer(
    layer: LlamaDecoderLayer,
    told: torch.Tensor,
    lines: torch.Tensor,
    told_rotary: Rotary,
    line_rotary: Rotary,
    sees: torch.Tensor,
    own: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One layer over the told tokens (B, T, D) and the lines (B, n W, D)."""
    q, k, v = _heads(layer, told, told_rotary)
    line_q, line_k, line_v = _heads(layer, lines, line_rotary)
    heard = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    asked = _attend(line_q, k, v, line_k, line_v, sees, own)
    told, lines = (x + layer.self_attn.o_proj(a.transpose(1, 2).flatten(2)) for x, a in ((told, heard), (lines, asked)))
    return tuple(x + layer.mlp(layer.post_attention_layernorm(x)) for x in (told, lines))  # type: ignore[return-value]


def _heads(
    layer: LlamaDecoderLayer, x: torch.Tensor, rotary: Rotary
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Queries, keys and values (B, H, T, d), turned by their positions."""
    attention, x = layer.self_attn, layer.input_layernorm(x)
    q, k, v = (
        proj(x).unflatten(2, (-1, attention.head_dim)).transpose(1, 2)
        for proj in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    q, k = apply_rotary_pos_emb(q, k, *rotary)
    return q, k, v


def _attend(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    own_k: torch.Tensor,
    own_v: torch.Tensor,
    sees: torch.Tensor,
    own: torch.Tensor,
) -> torch.Tensor:
    """What the lines' queries (B, H, n W, d) read from the told tokens `k`, `v` (B, H, T, d) and from their own block.

    `sees` (B, 1, n W, T) and `own` (B, 1, n, W, W) say what is in view. Plain products, since fused kernels take no such
    mask without waste.
    """
    n, width = own.shape[2:4]
    scale = q.shape[-1] ** -0.5
    far = (q @ k.mT).float() * scale
    blocks = q.unflatten(2, (n, width)), own_k.unflatten(2, (n, width)), own_v.unflatten(2, (n, width))
    near = (blocks[0] @ blocks[1].mT).float() * scale
    near = near.masked_fill(~own, -torch.inf).flatten(2, 3)
    scores = torch.cat([far.masked_fill(~sees, -torch.inf), near], -1)
    shares = scores.softmax(-1).to(v.dtype)
    from_told = shares[..., : k.shape[2]] @ v
    from_own = shares[..., k.shape[2] :].unflatten(2, (n, width)) @ blocks[2]
    return from_told + from_own.flatten(2, 3)
