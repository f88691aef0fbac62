"""The model card: how the built-in model was raised, and its school report, written beside the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.models import load_base
from core.nursery.frames import held_out_questions
from core.nursery.school import VISITORS, as_table, school_report


def write_card(folder: Path) -> None:
    """Write `README.md` into the model's folder from its `raising.json` and a fresh school report."""
    raising = json.loads((folder / "raising.json").read_text(encoding="utf-8"))
    base, size, learned = load_base(str(folder)), raising["size"], terms(raising)
    marks, (every, elsewhere) = school_report(base, visitors=VISITORS), held_out_questions()
    text = f"""# The built-in model

A Llama-architecture causal language model of {base.parameters / 1e6:.1f} million parameters (width {size["width"]},
{size["layers"]} layers, {size["heads"]} heads, MLP {size["mlp"]}, {size["vocab_size"]} byte-level BPE pieces, {size["positions"]} positions), raised from
nothing by `python -m core raise` on a small English that `core/nursery/` draws. No outside data was used.

{"".join(term_line(number, term) for number, term in enumerate(learned, 1))}
## School report

On names and made-up words that training never drew, in wordings that it knows and in held-out ones (`python -m core exam`). Of
{every:,} held-out question wordings {elsewhere} are, word for word, known ones of another pattern (“Where is …?”), and common nouns of the exam
stand in patterns of school:

{as_table(marks)}

## Training curve

| term | step | tokens, millions | loss, nats | loss on answers, nats |
|---|---|---|---|---|
{"".join(_curve(number, term["curve"]) for number, term in enumerate(learned, 1))}
It knows a few hundred facts of the world, reads short statements, answers questions about them, and says
"I do not know" to the rest. It is a specimen to watch, not an assistant.
"""
    (folder / "README.md").write_text(text, encoding="utf-8")


def terms(raising: dict[str, Any]) -> list[dict[str, Any]]:
    """The terms of a raising, the first one first: a model may have gone on learning from an earlier one."""
    earlier = raising.get("grown_from")
    return [*(terms(earlier) if earlier else []), raising]


def term_line(number: int, term: dict[str, Any]) -> str:
    """What the card says of one term, and of the mean that was then made, if one was."""
    last = term["curve"][-1]
    figures = f"{last['step']} steps, {last['tokens'] / 1e6:.0f} million tokens, {last['seconds'] / 60:.0f} minutes"
    told = f"Term {number}: seed {term['seed']}, {figures} on the machine it was raised on. {term.get('note', '')}\n"
    if averaged := term.get("averaged"):
        told += f"Then each weight became the mean of those after the terms {', '.join(map(str, averaged))}.\n"
    return told


def _curve(number: int, curve: list[dict[str, float]]) -> str:
    rows = [c for i, c in enumerate(curve) if i % max(1, len(curve) // 12) == 0] + [curve[-1]]
    return "".join(
        f"| {number} | {c['step']} | {c['tokens'] / 1e6:.1f} | {c['loss']:.3f} | {c['answer_loss']:.3f} |\n"
        for c in rows
    )
