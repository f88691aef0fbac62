"""The recordings that ship with the app: a real evening (its cache) and the real night after it, and a life of some days.
Free of torch.

    assets/recorded/first-night.json            the report of the night (core.reports)
    assets/recorded/evening/first-night.json    what the cache held before it, and the size of the model
    assets/recorded/morning/first-night.json    what came up behind the night's cue after it
    assets/recorded/week/                       the reports of the nights of another life, without what only one night shows

Written by scripts/record.py; the first three are of one run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BadInput
from core.findings import Recollection
from core.measured import SleepReport
from core.plain import plain
from core.reports import RECORDED, recorded_run
from core.values import CacheSnapshot

EVENING = RECORDED / "evening" / "first-night.json"
MORNING = RECORDED / "morning" / "first-night.json"
WEEK = RECORDED / "week"
DIGITS = 4  # significant digits of the recorded norms and shares: more than a picture can show


@dataclass(frozen=True)
class Recording:
    """One day and its night, as they were measured."""

    report: SleepReport
    snapshot: CacheSnapshot  # of the evening, all facts in the cache
    parameters: int  # of the model that was recorded
    recollections: tuple[Recollection, ...]  # of the morning after (`core.older_nights.recollect`)


def recording() -> Recording:
    """The recorded day and night. Raises BadInput when the files are not there."""
    nights = recorded_run()
    if not (nights and EVENING.exists() and MORNING.exists()):
        raise BadInput("The recording is missing; make it with: python scripts/record.py")
    evening, morning = (json.loads(path.read_text(encoding="utf-8")) for path in (EVENING, MORNING))
    recollections = tuple(Recollection(**one) for one in morning["recollections"])
    return Recording(nights[0], snapshot_from_json(evening["snapshot"]), evening["parameters"], recollections)


def recorded_week() -> tuple[SleepReport, ...]:
    """The nights of the recorded life, oldest first; () when there is none."""
    return tuple(sorted(recorded_run(WEEK), key=lambda report: report.night))


def for_a_life(report: SleepReport) -> SleepReport:
    """The report with no more than pictures of a whole life show: neither its lessons nor the tokens of its exams."""
    exam, past = (
        tuple(replace(row, prompt_tokens=(), prompt_ids=()) for row in rows if row.condition in ("amnesia", "slept"))
        for rows in (report.exam, report.past)
    )
    return replace(report, steps=(), dreams=(), deltas=(), changed=(), exam=exam, past=past)


def write_evening(snapshot: CacheSnapshot, parameters: int, path: Path = EVENING) -> None:
    """Record what the cache held."""
    write({"parameters": parameters, "snapshot": snapshot_to_json(snapshot)}, path)


def write_morning(found: Sequence[Recollection], path: Path = MORNING) -> None:
    """Record what came up of the night."""
    write({"recollections": plain(found)}, path)


def write(data: Mapping[str, Any], path: Path) -> None:
    """One file of a recording, without a blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def snapshot_to_json(snapshot: CacheSnapshot) -> dict[str, Any]:
    """A snapshot as an object that json.dumps takes; its arrays are rounded to four significant digits."""
    data: dict[str, Any] = plain(snapshot)
    for name in ("key_norm", "value_norm", "attention_received", "answer_attention"):
        array = getattr(snapshot, name)
        data[name] = None if array is None else _rounded(array.tolist())
    return data


def _rounded(value: Any) -> Any:
    return [_rounded(one) for one in value] if isinstance(value, list) else float(f"{value:.{DIGITS}g}")


def snapshot_from_json(data: Mapping[str, Any]) -> CacheSnapshot:
    """The snapshot that `snapshot_to_json` wrote."""
    by_question, by_answer = (
        None if data.get(name) is None else np.array(data[name], dtype=np.float32)
        for name in ("attention_received", "answer_attention")  # recordings of old lack the second
    )
    return CacheSnapshot(
        tokens=tuple(data["tokens"]),
        fact_of_token=np.array(data["fact_of_token"], dtype=np.int64),
        key_norm=np.array(data["key_norm"], dtype=np.float32),
        value_norm=np.array(data["value_norm"], dtype=np.float32),
        attention_received=by_question,
        bytes=data["bytes"],
        capacity=data["capacity"],
        question=data["question"],
        answer_attention=by_answer,
    )
