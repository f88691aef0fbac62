"""The rows of a bench as one table: Markdown to read, CSV and JSON to go on with. One line per method and size of life."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.bench.stats import mean, paired_difference, pooled
from core.plain import plain

Row = Mapping[str, Any]

RATES = "answered known unseen reversed efficacy paraphrase locality false_recall false_recall_awake unknown deep_past prequential".split()
MEANS = """deep_past_change drift_nats kl_to_base score gap_closed acc bwt fwt learned seconds_per_fact dream_seconds
train_seconds seconds_to_recall tokens_per_question seconds_per_question tokens_trained night_bytes bits_per_parameter
peak_bytes share_of_peak importance_bytes journal_bytes""".split()

# Heading and key of the columns that people read; the CSV and the JSON have all of them.
_COLUMNS = {
    "method": "method",
    "nights × facts": "size",
    "runs": "runs",
    "recall": "answered",
    "known wordings": "known",
    "unseen wordings": "unseen",
    "reversed": "reversed",
    "full less this, per fact": "full_less_this",
    "gap closed": "gap_closed",
    "paraphrase": "paraphrase",
    "false recall": "false_recall",
    "deep past, change": "deep_past_change",
    "drift, nats": "drift_nats",
    "when learned": "learned",
    "BWT": "bwt",
    "s per fact": "seconds_per_fact",
    "dreaming, s": "dream_seconds",
    "training, s": "train_seconds",
    "share of matrix peak": "share_of_peak",
    "s to recall 0.9": "seconds_to_recall",
    "tokens per question": "tokens_per_question",
    "bits per parameter": "bits_per_parameter",
}


def summarise(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One line per (method, nights, facts): rates pooled over runs, numbers averaged over those that have them.

    `full_less_this`: paired over facts, against `full` at the same size. `reached`: runs that came to recall 0.9 while
    somebody looked.
    """
    groups: dict[tuple[int, int, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["nights"], row["n_facts"], row["method"]), []).append(row)
    lines = []
    for (nights, n_facts, method), runs in groups.items():
        full = groups.get((nights, n_facts, "full"), [])
        lines.append(
            {
                "method": method,
                "nights": nights,
                "n_facts": n_facts,
                "size": f"{nights} × {n_facts // nights}",
                "runs": len(runs),
                **{key: plain(pooled([run[key] for run in runs])) for key in RATES},
                **{key: mean([run[key] for run in runs]) for key in MEANS},
                "reached": sum(run["seconds_to_recall"] is not None for run in runs),
                "full_less_this": paired_difference(full, runs) if full and method != "full" else None,
            }
        )
    return sorted(lines, key=lambda line: (line["nights"], line["n_facts"]))  # stable: methods stay in order


def as_markdown(lines: Sequence[Row], notes: Sequence[str] = ()) -> str:
    """A table for people. Rates carry their n and interval; columns that are empty throughout are left out."""
    cells = [{heading: cell_of(line, key) for heading, key in _COLUMNS.items()} for line in lines]
    explained = "Rates: value (n, Wilson 95 %). Differences: value (95 %, paired bootstrap over facts)."
    return "\n".join([markdown_table(cells), explained, *(f"\n{note}" for note in notes)]) + "\n"


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows of cells by heading, all with the same headings; no rows, no table. Columns that are empty throughout are left out."""
    if not rows:
        return ""
    headings = [heading for heading in rows[0] if any(row[heading] for row in rows)]
    lines = [headings, ["---"] * len(headings), *([row[heading] for heading in headings] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def cell_of(line: Row, key: str) -> str:
    """One figure of a line as the table shows it; empty where it was not measured."""
    value = line[key]
    if key == "seconds_to_recall":
        return "" if value is None else f"{value:.1f} ({line['reached']} of {line['runs']} runs)"
    if isinstance(value, Mapping):
        return _interval(value, signed=key == "full_less_this")
    if value is None or isinstance(value, str | int):
        return "" if value is None else str(value)
    return _SHOWN.get(key, "{:.2f}".format)(value)


def _interval(value: Mapping[str, Any], *, signed: bool) -> str:
    if value["value"] is None:
        return ""
    if signed:
        return f"{value['value']:+.2f} ({value['low']:+.2f} to {value['high']:+.2f})"
    return f"{value['value']:.2f} ({value['n']}, {value['low']:.2f}–{value['high']:.2f})"


_SHOWN: dict[str, Callable[[float], str]] = {
    "deep_past_change": "{:+.3f}".format,
    "drift_nats": "{:+.3f}".format,
    "bwt": "{:+.2f}".format,
    "bits_per_parameter": "{:.5f}".format,
    "tokens_per_question": "{:.0f}".format,
}


def as_csv(lines: Sequence[Row]) -> str:
    """Every figure, one column each; a rate takes four (value, n, low, high)."""
    flat = [_flat(line) for line in lines]
    headings = list(dict.fromkeys(key for line in flat for key in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _flat(line: Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in line.items():
        if isinstance(value, Mapping):
            found[key] = value["value"]
            found |= {f"{key}_{part}": value[part] for part in ("n", "low", "high")}
        else:
            found[key] = value
    return found
