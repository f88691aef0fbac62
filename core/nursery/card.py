"""The model card: how the built-in model was raised, and its school report, written beside the weights."""

from __future__ import annotations

import json
from pathlib import Path

from core.models import load_base
from core.nursery.school import VISITORS, as_table, school_report


def write_card(folder: Path) -> None:
    """Write `README.md` into the model's folder from its `raising.json` and a fresh school report."""
    raising = json.loads((folder / "raising.json").read_text(encoding="utf-8"))
    size, curve = raising["size"], raising["curve"]
    base = load_base(str(folder))
    last = curve[-1]
    marks = school_report(base, visitors=VISITORS)
    rows = [c for i, c in enumerate(curve) if i % max(1, len(curve) // 12) == 0] + [last]
    table = "\n".join(
        f"| {c['step']} | {c['tokens'] / 1e6:.1f} | {c['loss']:.3f} | {c['answer_loss']:.3f} |" for c in rows
    )
    text = f"""# The built-in model

A Llama-architecture causal language model of {base.parameters / 1e6:.1f} million parameters (width {size["width"]},
{size["layers"]} layers, {size["heads"]} heads, MLP {size["mlp"]}, {size["vocab_size"]} byte-level BPE pieces, {size["positions"]} positions), raised from
nothing by `python -m core raise` on a small English that `core/nursery/` draws. No outside data was used.

Seed {raising["seed"]}, {last["step"]} steps, {last["tokens"] / 1e6:.0f} million tokens, {last["seconds"] / 60:.0f} minutes on the machine it was raised on.
{raising.get("note", "")}

## School report

On names and words that training never drew, in wordings that it knows and in held-out ones (`python -m core exam`):

{as_table(marks)}

## Training curve

| step | tokens, millions | loss, nats | loss on answers, nats |
|---|---|---|---|
{table}

It knows a few hundred facts of the world, reads short statements, answers questions about them, and says
"I do not know" to the rest. It is a specimen to watch, not an assistant.
"""
    (folder / "README.md").write_text(text, encoding="utf-8")
