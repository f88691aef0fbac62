"""Numbers in words, shared by captions, hovers, tables and pages."""

from __future__ import annotations

import textwrap

from app.theme import escape_label, short
from core.measured import Rate, SleepReport

# A share on the x axis. Every second word is left out, so that they still fit on a telephone.
SHARE_AXIS = dict(
    tickvals=[0, 0.25, 0.5, 0.75, 1],
    ticktext=["0 %", "", "50 %", "", "100 %"],
    tickangle=0,
    range=[-0.04, 1.04],
)


def percent(value: float | None) -> str:
    """0.834 -> '83 %'."""
    return "not asked" if value is None else f"{100 * value:.0f} %"


def hits(rate: Rate) -> int:
    return 0 if rate.value is None else round(rate.value * rate.n)


def rate_words(rate: Rate) -> str:
    """'83 % (25 of 30)'."""
    return "not asked" if rate.value is None else f"{share_words(rate.value)} ({hits(rate)} of {rate.n})"


def share_words(share: float | None) -> str:
    """'83 %'; 'over 99 %' of 0.998, since only all is 100 % and only none is 0 %."""
    said = percent(share)
    return {"0 %": "under 1 %", "100 %": "over 99 %"}.get(said, said) if share not in (None, 0, 1) else said


def yes_no_words(report: SleepReport) -> str:
    """What the totals of a night leave out, as a sentence; empty where they leave nothing out."""
    marks = [row.right for row in report.exam if row.condition == "slept" and row.is_yes_no]
    if not marks:
        return ""
    return (
        f"{plural(len(marks), 'yes/no question is', 'yes/no questions are')} counted apart, as chance alone answers half of "
        f"them: {sum(marks)} right after sleep."
    )


def interval_words(rate: Rate) -> str:
    """'66 to 93 %', the Wilson 95 % interval."""
    return "" if rate.value is None else f"{100 * rate.low:.0f} to {100 * rate.high:.0f} %"


def rate_row(name: str, rate: Rate) -> dict[str, object]:
    """One table row for a rate; empty cells where it was not asked."""
    return {
        "what": name,
        "share": rate.value,
        "right": hits(rate),
        "n": rate.n,
        "low": rate.low,
        "high": rate.high,
    }


def error_arms(rates: list[Rate]) -> dict[str, object]:
    """Plotly's error_x for Wilson intervals, which are not symmetric."""
    return dict(
        type="data",
        symmetric=False,
        array=[0 if r.value is None else r.high - r.value for r in rates],
        arrayminus=[0 if r.value is None else r.value - r.low for r in rates],
        thickness=1.6,
        width=5,
    )


def bytes_words(count: int) -> str:
    """4096 -> '4.0 KiB'."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def plural(n: int, one: str, many: str | None = None) -> str:
    """'1 fact', '3 facts'."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def series(words: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def two_lines(text: str, width: int = 26) -> str:
    """A typed sentence as an escaped label of at most two lines."""
    lines = textwrap.wrap(short(text, 2 * width - 4), width, break_on_hyphens=False)
    return "<br>".join(escape_label(line) for line in (lines[:2] if len(lines) < 3 else [lines[0], lines[1] + "…"]))
