"""The command line: `python -m core sleep | ask | exam | bench | raise`. Bad input is one sentence on stderr and exit status 2."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import BadInput, NocturneError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Nocturne: watch a language model sleep.")

Model = Annotated[str, typer.Option(help="`built-in`, a folder, or the name of a Hugging Face causal LM.")]


class Device(StrEnum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


@app.command()
def sleep(
    facts: Annotated[Path, typer.Option(help="CSV with the header night,statement,question,answer.")],
    out: Annotated[Path, typer.Option(help="Where REPORT.json is written.")],
    model: Model = "built-in",
    recipe: Annotated[str, typer.Option(help="full, journal, replay, seed, cram, placebo or none.")] = "full",
    seed: Annotated[int, typer.Option(help="Seed of dreams and weights.")] = 0,
    device: Device = Device.auto,
    brain: Annotated[str | None, typer.Option(help="Keep the brain in the store under this new name.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress on stderr.")] = False,
) -> None:
    """Tell the facts of a file, sleep after each night, and write what was measured."""
    from core.facts import read_facts_csv
    from core.recipes import RECIPES
    from core.store import check_name, list_brains

    if recipe not in RECIPES:
        raise BadInput(f"There is no recipe {recipe!r}; choose one of {', '.join(RECIPES)}.")
    told = read_facts_csv(facts)
    if brain:
        check_name(brain)
    _check_writable(out)
    if brain and brain in {card.name for card in list_brains()}:
        raise BadInput(f"There is already a brain called {brain!r}; choose another name.")
    from core.lives import live
    from core.models import load_base

    base = load_base(model, device.value)
    total = live(base, told, RECIPES[recipe].with_seed(seed), on_line=None if quiet else _say, name=brain)
    out.write_text(json.dumps(total, indent=1, ensure_ascii=False), encoding="utf-8")
    typer.echo(_summary(total))


def _check_writable(out: Path) -> None:
    """Raise BadInput now rather than after an hour of work."""
    was_there = out.exists()
    try:
        out.open("a").close()
        if not was_there:
            out.unlink()
    except OSError as error:
        raise BadInput(
            f"The report cannot be written to {str(out)!r}; give a file name in a folder that exists."
        ) from error


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _summary(report: dict) -> str:  # type: ignore[type-arg]
    """The main figures of a report, one line each."""
    total = report["total"]
    lines = [f"{name:10} {_rate(rate)}" for name, rate in total["recall"].items()]
    lines += [
        f"{key:18} {_rate(total[key])}"
        for key in ("deep_past_before", "deep_past", "false_recall", "unknown", "locality")
    ]
    lines += [f"{key:18} {total[key]}" for key in ("gap_closed", "drift_nats", "seconds_per_fact")]
    return "\n".join(lines)


def _rate(rate: dict) -> str:  # type: ignore[type-arg]
    if rate["value"] is None:
        return "-"
    return f"{rate['value']:.2f}  (n = {rate['n']}, {rate['low']:.2f}–{rate['high']:.2f})"


@app.command()
def ask(
    question: str,
    brain: Annotated[str | None, typer.Option(help="A stored brain; without it, the model as it was raised.")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="A sentence to tell it first; may be repeated.")] = None,
    model: Model = "built-in",
    device: Device = Device.auto,
) -> None:
    """Ask one question, of the model as raised or of a brain that has slept."""
    from core.brain import Brain
    from core.models import load_base
    from core.store import open_brain

    base = load_base(model, device.value)
    who = open_brain(brain, base) if brain else Brain(base)
    for statement in fact or []:
        who.hear(statement)
    answer = who.ask(question)
    typer.echo(answer.text)
    _say(f"[{answer.receipt.cache_length} cache entries, nights on: {', '.join(answer.receipt.nights) or 'none'}]")


@app.command()
def exam(
    model: Model = "built-in",
    device: Device = Device.auto,
    seed: int = 0,
    visitors: Annotated[Path | None, typer.Option(help="CSV of visitors' facts: statement,question,answer.")] = None,
) -> None:
    """The model's school report: what it can do on names, words and wordings held out from training."""
    from core.models import load_base
    from core.nursery.school import VISITORS, as_table, school_report

    marks = school_report(load_base(model, device.value), seed=seed, visitors=visitors or VISITORS)
    typer.echo(as_table(marks))


@app.command()
def bench(
    out: Annotated[Path, typer.Option(help="Folder of the tables, and of all that was measured already.")] = Path(
        "runs/bench"
    ),
    quick: Annotated[
        bool, typer.Option("--quick", help="One night, one fact set, one seed, the Trainer untuned.")
    ] = False,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="Only `full`, with each of its knobs changed.")
    ] = False,
    part: Annotated[list[str] | None, typer.Option(help="Only this part; may be repeated.")] = None,
    method: Annotated[list[str] | None, typer.Option(help="Only this method; may be repeated.")] = None,
    sets: Annotated[int, typer.Option(min=1, help="Fact sets of one night.")] = 10,
    seeds: Annotated[int, typer.Option(min=1, help="Fact sets of one night take turns with them.")] = 3,
    jobs: Annotated[
        int, typer.Option(min=0, help="Lives at a time, each on its share of the cores; 0 for what suits the machine.")
    ] = 0,
    lookup: Annotated[bool, typer.Option("--lookup", help="Only what was measured already.")] = False,
    model: Model = "built-in",
    device: Device = Device.auto,
) -> None:
    """Every recipe and control, and what one would pick instead, as one table. Interrupt it at will: it goes on."""
    from core.bench.apart import lives_at_once
    from core.bench.methods import METHODS
    from core.bench.progress import Bar
    from core.bench.run import PARTS, QUICK, Bench, Scale
    from core.models import load_base

    usual = ["ablations"] if ablations else ["one night"] if quick else [p for p in PARTS if p != "ablations"]
    parts, names = part or usual, method or list(METHODS)
    for given, known in ((parts, PARTS), (names, tuple(METHODS))):
        if unknown := set(given) - set(known):
            raise BadInput(f"There is no {min(unknown)!r}; choose among: {', '.join(known)}.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"Nothing can be written to {str(out)!r}; give a folder that may be written to.") from error
    scale = QUICK if quick else Scale(fact_sets=sets, seeds=seeds)
    base = load_base(model, device.value)
    run = Bench(base, out, scale, jobs=jobs or lives_at_once(base.device), lookup=lookup)
    try:
        with Bar(run.pieces(parts, names)) as run.on_progress:
            run.measure(parts, names)
    finally:  # an interrupted bench has a table too
        written = run.write("ablations" if ablations else "bench")
    typer.echo(written.read_text(encoding="utf-8"))


@app.command("raise")
def raise_(
    size: Annotated[str, typer.Option(help="small, base or tiny.")] = "small",
    seed: int = 0,
    out: Annotated[Path, typer.Option(help="Folder of the model; an interrupted raising there is resumed.")] = Path(
        "assets/model"
    ),
    grown: Annotated[
        Path | None, typer.Option(help="Folder of a raised model that goes on learning; it may be smaller.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps, instead of the size's own.")] = None,
    rate: Annotated[
        float, typer.Option(min=0.0, help="Share of the size's learning rates; less for one that goes on learning.")
    ] = 1.0,
    device: Device = Device.auto,
    compiled: Annotated[bool, typer.Option("--compile/--no-compile", help="Compile the training step.")] = True,
) -> None:
    """Raise the built-in model from nothing (or let one go on learning), on a language that our own code draws."""
    from core.models import pick_device
    from core.nursery.card import write_card
    from core.nursery.train import Progress, raise_model, shape_of

    if grown and not (grown / "model.safetensors").exists():
        raise BadInput(f"There is no raised model in {str(grown)!r}; give a folder that holds model.safetensors.")
    chosen = pick_device(device.value)
    shape = shape_of(size, chosen)
    shape = replace(
        shape,
        steps=steps or shape.steps,
        matrix_lr=shape.matrix_lr * rate,
        vector_lr=shape.vector_lr * rate,
    )
    with typer.progressbar(length=shape.steps, label=f"raising {size}", file=sys.stderr) as bar:

        def show(tick: Progress) -> None:
            bar.label = f"answer loss {tick.answer_loss:.3f} nats"
            bar.update(tick.step - bar.pos)

        raise_model(
            shape,
            seed=seed,
            device=chosen,
            out=out,
            on_progress=show,
            compiled=compiled,
            grown=grown,
        )
    write_card(out)


@app.command("average")
def average_(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of raised models, terms of one raising; the last one last.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the mean.")],
) -> None:
    """Make one model of several terms of a raising: every weight the mean of theirs."""
    from core.nursery.averaging import average
    from core.nursery.card import write_card

    average(folders, out)
    write_card(out)


def main() -> None:
    """Run a command; an error meant for people becomes one sentence and exit status 2."""
    try:
        app()
    except NocturneError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
