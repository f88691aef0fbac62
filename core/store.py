"""Brains on disk: one SQLite diary for what was heard and measured, safetensors for nights and for an unslept day.

    NOCTURNE_HOME/diary.sqlite                      brains and their reports
    NOCTURNE_HOME/nights/<brain>/<night>/           each a standard PEFT adapter
    NOCTURNE_HOME/days/<brain>-<digest>.safetensors the live cache's entries, until they are slept on

Files are written before the diary names them, in one transaction, so that a killed process leaves the last whole state.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from core.errors import BadInput, BrainNotFound, NotStored
from core.reports import report_from_json, report_to_json
from core.values import Fact, Probe

if TYPE_CHECKING:
    from core.brain import Brain
    from core.cache import Day
    from core.models import Base

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # of a brain: it stands in addresses and in names of files
_SCHEMA = """
CREATE TABLE IF NOT EXISTS brains (name TEXT PRIMARY KEY, model TEXT, nights INT, facts INT, changed REAL, state TEXT);
CREATE TABLE IF NOT EXISTS reports (brain TEXT, night INT, report TEXT, PRIMARY KEY (brain, night));
"""


@dataclass(frozen=True)
class BrainCard:
    """A stored brain at a glance. `facts` counts all it ever heard; `changed` is in seconds since 1970."""

    name: str
    model: str
    nights: int
    facts: int
    changed: float


def home() -> Path:
    """Where brains live: NOCTURNE_HOME, or ~/.nocturne."""
    return Path(os.environ.get("NOCTURNE_HOME") or Path.home() / ".nocturne")


def is_name(text: object) -> bool:
    """May a brain be called so?"""
    return isinstance(text, str) and NAME.fullmatch(text) is not None


def check_name(text: str) -> None:
    """Raise BadInput when no brain may be called so."""
    if not is_name(text):
        raise BadInput(f"A brain cannot be called {text!r}; use small letters, digits and hyphens, at most 40.")


@contextlib.contextmanager
def _diary() -> Iterator[sqlite3.Connection]:
    """The diary, for one transaction. Raises NotStored when the disk does not let it be used."""
    with _disk():
        home().mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(home() / "diary.sqlite", timeout=30)) as connection, connection:
            connection.executescript(_SCHEMA)
            yield connection


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Whatever a disk can do to us, as one sentence."""
    try:
        yield
    except (OSError, sqlite3.Error, SafetensorError) as error:
        raise NotStored(
            f"Nothing can be kept under {home()} ({error}); make room there, or see whose it is."
        ) from error


def save(brain: Brain) -> None:
    """Write the brain whole. Nights already on disk are not written again: a night never changes.

    Raises BadInput for a name that cannot stand in an address, NotStored when the disk does not take it, or when another
    process has written this brain since it was opened here; then what is on the disk stays.
    """
    check_name(brain.name)
    with _disk():
        _save(brain)


def _save(brain: Brain) -> None:
    from core.nights import export

    for night in brain.nights:
        folder = _folder(brain.name, night.name, night.hash)
        if not (folder / "adapter_model.safetensors").exists():
            export(brain.base, night, folder)
    day_file = _save_day(brain)
    state = {
        "fingerprint": brain.base.fingerprint,
        "heard_ever": brain.heard_ever,
        "slept_ever": brain.slept_ever,
        "is_set_aside": brain.is_set_aside,
        "day": day_file,
        "tokens": brain.day.tokens,
        "fact_of": brain.day.fact_of,
        "facts": [asdict(f) for f in brain.facts],
        "nights": [
            {"name": n.name, "hash": n.hash, "rank": n.rank, "dose": n.dose, "title": n.title} for n in brain.nights
        ],
    }
    now = time.time()
    card = (brain.name, brain.base.name, len(brain.nights), brain.heard_ever, now, json.dumps(state))
    with _diary() as diary:
        diary.execute("BEGIN IMMEDIATE")
        written = diary.execute("SELECT changed FROM brains WHERE name = ?", (brain.name,)).fetchone()
        if written is not None and written[0] != brain.written:
            raise NotStored(
                f"Another Nocturne has changed {brain.name!r} since it was opened here, so what is done here is not kept. "
                "Close one of the two, and start this one again."
            )
        diary.execute("INSERT OR REPLACE INTO brains VALUES (?, ?, ?, ?, ?, ?)", card)
        for report in brain.reports:  # another night may stand in one's place: the newest can be slept again
            stale = "DELETE FROM reports WHERE brain = ? AND night = ? AND json_extract(report, '$.night_hash') <> ?"
            diary.execute(stale, (brain.name, report.night, report.night_hash))
        known = {row[0] for row in diary.execute("SELECT night FROM reports WHERE brain = ?", (brain.name,))}
        for undone in known - {report.night for report in brain.reports}:
            diary.execute("DELETE FROM reports WHERE brain = ? AND night = ?", (brain.name, undone))
        for report in brain.reports:
            if report.night not in known:
                text = json.dumps(report_to_json(report))
                diary.execute("INSERT INTO reports VALUES (?, ?, ?)", (brain.name, report.night, text))
    brain.written = now
    for old in (home() / "days").glob(f"{brain.name}-*.safetensors"):
        if old.name != day_file and len(old.stem) == len(brain.name) + 13:
            old.unlink(missing_ok=True)
    kept = {_folder(brain.name, n.name, n.hash) for n in brain.nights}
    for undone in {*(home() / "nights" / brain.name).glob("night-*")} - kept:
        shutil.rmtree(undone, ignore_errors=True)


def _folder(brain: str, night: str, digest: str) -> Path:
    return home() / "nights" / brain / f"{night}-{digest[:12]}"


def _save_day(brain: Brain) -> str | None:
    """Write today's cache entries under a name that depends on what they are; None when nothing was heard."""
    from safetensors.torch import save_file

    day = brain.day
    if not len(day):
        return None
    tensors = {}
    for number, layer in enumerate(day.cache.layers):
        tensors[f"keys.{number}"], tensors[f"values.{number}"] = layer.keys.contiguous(), layer.values.contiguous()
    digest = hashlib.sha256(repr((day.tokens, [(n.hash, n.dose) for n in brain.nights])).encode()).hexdigest()[:12]
    path = home() / "days" / f"{brain.name}-{digest}.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".writing")
        save_file(tensors, unfinished)
        unfinished.replace(path)
    return path.name


def open_brain(name: str, base: Base) -> Brain:
    """Reopen a stored brain on its model. Raises BrainNotFound when there is none, or when it grew on another model."""
    from core.brain import Brain
    from core.nights import load

    with _diary() as diary:
        row = diary.execute("SELECT model, state, changed FROM brains WHERE name = ?", (name,)).fetchone()
        texts = diary.execute("SELECT report FROM reports WHERE brain = ? ORDER BY night", (name,)).fetchall()
    if row is None:
        raise BrainNotFound(f"There is no brain called {name!r} here; choose one from the list or start a new one.")
    if row[0] != base.name:
        raise BrainNotFound(f"The brain {name!r} grew on the model {row[0]!r}; load that model to open it.")
    state = json.loads(row[1])
    if state["fingerprint"] != base.fingerprint:
        raise BrainNotFound(f"The brain {name!r} grew on another version of {row[0]!r}; start a new brain on this one.")
    try:
        nights = [
            load(n["name"], _folder(name, n["name"], n["hash"]), n["rank"], n["dose"], n.get("title", ""))
            for n in state["nights"]
        ]
        day = _load_day(base, state)
    except (OSError, SafetensorError) as error:
        raise BrainNotFound(
            f"A file of the brain {name!r} is missing or damaged under {home()}; put it back or start a new brain."
        ) from error
    brain = Brain(base, name)
    brain.written = row[2]
    reports = [report_from_json(json.loads(text)) for (text,) in texts]
    brain.restore(nights, reports, day, state["heard_ever"], state.get("slept_ever", len(nights)))
    if state["is_set_aside"]:
        brain.forget_cache()
    return brain


def _load_day(base: Base, state: dict[str, Any]) -> Day | None:
    from safetensors.torch import load_file

    from core.cache import new_day

    if state["day"] is None:
        return None
    tensors = load_file(home() / "days" / state["day"], device=base.device)
    day = new_day(base)
    for number in range(base.n_layers):
        day.cache.update(tensors[f"keys.{number}"], tensors[f"values.{number}"], number)
    day.tokens, day.fact_of = state["tokens"], state["fact_of"]
    day.facts = [_fact(f) for f in state["facts"]]
    return day


def _fact(data: dict[str, Any]) -> Fact:
    probes = tuple(Probe(p["question"], tuple(p["answers"]), p["source"]) for p in data["probes"])
    return Fact(data["number"], data["statement"], probes, data["day"])


def list_brains() -> list[BrainCard]:
    """All stored brains, the last changed first."""
    with _diary() as diary:
        rows = diary.execute("SELECT name, model, nights, facts, changed FROM brains ORDER BY changed DESC").fetchall()
    return [BrainCard(*row) for row in rows]
