"""A session as one HTML file to print: self-contained, offline, without scripts.

Its numbers are those of the charts' tables, made from the same stored reports; each stands in a `<data value="…">`
element with all its digits, so that the page can be checked against the report. Everything typed is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite, log10
from types import ModuleType
from typing import Any

from app.charts import hypnogram, loss_curve, recall_bars, recall_dumbbell, side_effects, weight_map
from app.frozen import Exchange
from app.theme import CONDITION_NAMES, fact_name
from core.measured import ExamRow, SleepReport

COVER = "default-src 'none'; style-src 'unsafe-inline'"  # the file can load and run nothing
INK, FAINT, BAR, LINE = "#1d2130", "#5a6175", "#c9cfee", "#4353c8"
STYLE = f"""
body {{ font: 14px/1.45 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: {INK}; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; background: #fff; }}
h1, h2 {{ font-family: Georgia, serif; font-weight: 500; }} h2 {{ margin-top: 2.5rem; break-before: page; }}
h3 {{ margin: 1.6rem 0 .2rem; }} p {{ margin: .2rem 0 .6rem; }} .faint {{ color: {FAINT}; font-size: 12px; }}
table {{ border-collapse: collapse; width: 100%; font-size: 12px; margin: .4rem 0 1rem; }} tr {{ break-inside: avoid; }}
th, td {{ text-align: left; padding: .2rem .5rem; border-bottom: 1px solid #d9d5c8; vertical-align: top;
  overflow-wrap: anywhere; }} th {{ font-weight: 600; }} svg {{ vertical-align: middle; }} .tokens {{ font-family: monospace; }}
"""


def document(name: str, reports: Sequence[SleepReport], chat: Sequence[Exchange] = ()) -> str:
    """The page of the brain `name`: a section per night, then what a person asked, each answer with its receipt."""
    body = [f"<h1>Nocturne: {escape(name)}</h1>", f"<p>{_summary(reports)}</p>", *map(_night, reports)]
    if chat:
        body += ["<h2>Questions asked by hand</h2>", _table(map(_exchange, chat))]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{COVER}">'
        f"<title>Nocturne: {escape(name)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _summary(reports: Sequence[SleepReport]) -> str:
    nights, facts = len(reports), sum(len(r.facts) for r in reports)
    return f"Nights: {_cell(nights)}. Facts told before them: {_cell(facts)}. Every figure was measured at its night."


def _night(report: SleepReport) -> str:
    parts = [f"<h2>Night {report.night}</h2>", _table([_receipt(report)], upright=True)]
    parts += [_picture(recall_bars, report), _picture(recall_dumbbell, report), _picture(side_effects, report)]
    parts += [_losses(report), _picture(hypnogram, report.steps), _picture(weight_map, report.deltas)]
    parts += ["<h3>Every answer, with its receipt</h3>", _table(map(_asking, report.exam))]
    parts += ["<h3>The recipe in full</h3>", _table([report.recipe], upright=True)]
    return "\n".join(parts)


def _receipt(report: SleepReport) -> dict[str, Any]:
    """What a figure depends on, and what proves the night."""
    versions = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    return {
        "recipe": report.recipe.get("name"),
        "seed": report.seed,
        "model": report.model,
        "device": report.device,
        "versions": versions,
        "fingerprint of the night": report.night_hash,
        "new numbers": report.night_parameters,
        "bytes": report.night_bytes,
        "bytes of what later nights go round": report.importance_bytes,
        "tokens trained": report.tokens_trained,
        "dreams": len(report.dreams),
        "of them kept": sum(dream.kept for dream in report.dreams),
        "seconds": report.seconds.get("total"),
    }


def _picture(chart: ModuleType, values: Any) -> str:
    """The twin table of a chart under its title and question, shares drawn as bars."""
    rows = chart.table(values)
    head = f"<h3>{escape(chart.TITLE)}</h3><p>{escape(chart.QUESTION)}</p>"
    return f'{head}{_table(rows)}<p class="faint">{escape(chart.caption(values))}</p>'


# Cells -----------------------------------------------------------------------------------------------


def _asking(row: ExamRow) -> dict[str, Any]:
    return {
        "fact": fact_name(row.fact),
        "told": row.statement,
        "question": row.question,
        "expected": row.expected,
        "condition": CONDITION_NAMES[row.condition],
        "answer": row.answer,
        "right": row.right,
        "log-probability of the expected": row.log_prob,
        "cache before": row.cache_length,
        "prompt tokens": _Tokens(row.prompt_tokens),
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    answer, slip = exchange.answer, exchange.answer.receipt
    return {
        "after night": exchange.night,
        "question": answer.question,
        "answer": answer.text,
        "log-probability": answer.log_prob,
        "cache before": slip.cache_length,
        "nights on": ", ".join(slip.nights) or "none",
        "prompt tokens": _Tokens(slip.prompt_tokens),
    }


class _Tokens(tuple):
    """Tokens of a prompt, written one by one."""


def _table(rows: Iterable[dict[str, Any]], upright: bool = False) -> str:
    """Rows as an HTML table; `upright`: one row, written downwards. A share with its interval is also drawn."""
    found = list(rows)
    if not found:
        return '<p class="faint">Nothing was measured.</p>'
    if upright:
        lines = [f"<tr><th>{escape(str(k))}</th><td>{_cell(v)}</td></tr>" for k, v in found[0].items()]
        return f"<table>{''.join(lines)}</table>"
    columns = list(dict.fromkeys(column for row in found for column in row))
    is_rate = {"share", "low", "high"} <= set(columns)
    head = "".join(f"<th>{escape(str(column))}</th>" for column in columns) + ("<th>drawn</th>" if is_rate else "")
    lines = []
    for row in found:
        cells = "".join(f"<td>{_cell(row.get(column))}</td>" for column in columns)
        lines.append(f"<tr>{cells}{f'<td>{_bar(row)}</td>' if is_rate else ''}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
        return f'<data value="{value!r}">{shown}</data>'
    if isinstance(value, _Tokens):
        return f'<span class="tokens">{escape(" ".join(repr(token)[1:-1] for token in value))}</span>'
    return escape(str(value))


# Drawings --------------------------------------------------------------------------------------------


def _bar(row: dict[str, Any]) -> str:
    """A share as a bar from 0 to 100 %, its 95 % interval as a line."""
    share, low, high = (row.get(name) for name in ("share", "low", "high"))
    if share is None:
        return ""
    interval = ""
    if low is not None and high is not None:
        interval = f'<path d="M{120 * low:.1f} 7H{120 * high:.1f}" stroke="{INK}" stroke-width="1.5"/>'
    return (
        '<svg width="120" height="14" role="img" aria-hidden="true">'
        f'<rect width="120" height="14" fill="#f0eee6"/><rect width="{120 * share:.1f}" height="14" fill="{BAR}"/>{interval}</svg>'
    )


def _losses(report: SleepReport) -> str:
    """The learning curves as lines on a log scale, dashed in turn so that they survive a black-and-white printer."""
    curves = loss_curve.curves(report.steps)
    head = f"<h3>{escape(loss_curve.TITLE)}</h3><p>{escape(loss_curve.QUESTION)}</p>"
    points = [(x, log10(y)) for xs, ys in curves.values() for x, y in zip(xs, ys, strict=True) if y > 0]
    foot = f'<p class="faint">{escape(loss_curve.caption(report.steps))}</p>'
    if not points:
        return head + foot
    right, low, high = max(x for x, _ in points), min(y for _, y in points), max(y for _, y in points)
    lines, legend = [], []
    for (source, (xs, ys)), dash in zip(curves.items(), ("none", "6 3", "2 3", "8 2 2 2") * len(curves), strict=False):
        places = " ".join(
            f"{10 + 580 * x / right:.1f},{10 + 130 * (high - log10(y)) / ((high - low) or 1):.1f}"
            for x, y in zip(xs, ys, strict=True)
            if y > 0
        )
        look = f'fill="none" stroke="{LINE}" stroke-width="1.6" stroke-dasharray="{dash}"'
        lines.append(f'<polyline points="{places}" {look}/>')
        legend.append(f'<svg width="36" height="8"><path d="M0 4H36" {look}/></svg> {escape(source)}')
    axis = f"{10**low:.2g} to {10**high:.2g} nats per token, log scale, over {right} training steps"
    frame = f'<rect x="10" y="10" width="580" height="130" fill="none" stroke="{FAINT}" stroke-width=".5"/>'
    drawing = (
        f'<svg viewBox="0 0 600 150" width="100%" role="img" aria-label="{escape(axis)}">{frame}{"".join(lines)}</svg>'
    )
    return f'{head}{drawing}<p class="faint">{" · ".join(legend)} · {axis}</p>{foot}'
