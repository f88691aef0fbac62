"""Reports as JSON: one night (`SleepReport`, both ways) and REPORT.json, the whole of a run (one way).

This docstring is the one place that documents the schema. It carries `schema` and only grows: readers pass
over keys that they do not know; a file of a newer schema is refused. NaN and infinities are written as null.

One night: `report_to_json` gives {"schema": 1, ...the fields of core.measured.SleepReport, nested as they are}.

REPORT.json (`total_report`). A *rate* is {"value", "n", "low", "high"} (Wilson 95 %; null where n = 0); the
rest are numbers or null. What is no rate of answers is defined below. Given probes only, unless the key says `_self`.
    total       recall, recall_self, recall_yes_no, tokens_per_question, efficacy, paraphrase, locality, false_recall,
                false_recall_awake, unknown, deep_past, deep_past_before, score, gap_closed, drift_nats, kl_to_base, bits_per_parameter,
                seconds_per_fact, seconds {stage: s, total: s}, facts, tokens_trained, night_bytes,
                night_parameters, importance_bytes (sums over nights); journal_bytes (the most that a night
                drew on); acc, bwt, fwt, learned (null below two nights).
                recall.slept, efficacy and paraphrase: all probes of all nights, asked after the last night.
                retrieval and long_context: likewise, asked of the untouched model (n = 0 where nobody asked).
                blank, awake, alone, amnesia: each night's own, pooled. Side effects: after the last night;
                false_recall_awake: with that night's day still in the cache; deep_past_before: before the first one; drift_nats: summed. So small losses add up
                in sight.
    nights[i]   night, name, hash, model, recipe {}, device, and the keys of total but acc, bwt, fwt, learned:
                that night's own; gate: one verdict per try {learning_rate, learned, deep_past, older_nights: rate,
                tolerance, passed, words}, on dreams set aside; [] when the recipe has none
    recall      {blank, awake, alone, amnesia, slept, retrieval, long_context: rate}; recall_self: the same over probes
                the engine made;
                recall_yes_no: the same over yes/no questions, which are counted nowhere else
    tokens_per_question   by the same conditions: what the model had before it for one given question, cache entries and
                prompt tokens, on average; null where nobody asked
    seconds_per_fact   dreaming, rehearsing and training; the exams are left out
    score       harmonic mean of those of efficacy, paraphrase and locality that were measured; 0 if one is 0;
                null unless locality and one of the other two were
    gap_closed  (slept - amnesia) / (awake - amnesia); null where awake equals amnesia
    retention   rows R[i] = [slept recall of night j's given probes after night i, j <= i]; null: none asked
    fwt         mean over nights but the first of (amnesia - blank): what earlier nights gave to later facts
    forgetting  [a]: recall rate of facts on which a more nights were slept since their own, pooled
    prequential {days: [{day, by_age: [rate], earlier, never_told, running: rate}], earlier, never_told: rate}: each
                day opens with questions on earlier days ([0]: last night's) and on neighbours never told (right: it
                does not know); running: earlier, over all days so far
    contradictions   questions to which a later fact gives another answer, asked after the last night: {later,
                earlier: rate} of them answered so
    probes      a row per asking: asked_at_night (whose exam asked), night (heard), fact, statement, question,
                expected (alternatives joined with |), source, in_lessons, condition, answer, right,
                log_prob (nats), prompt_tokens [], cache_length
    recipe, seed, versions, device, model    of the last night
    schema      1
    unexamined  statements for which no probe was given and none of its own came
Whatever else the caller hands over in `extra` stands beside these.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.measured import ExamRow, Rate, SideEffects, SleepReport
from core.plain import plain, restore
from core.retention import contradictions, forgetting, forward_transfer, kept, morning_rows, openings, pooled, running
from core.retention import retention as retention_of
from core.values import Condition, Source

SCHEMA = 1
_SUMS = ("tokens_trained", "night_bytes", "night_parameters", "importance_bytes")
RECORDED = Path(__file__).parent.parent / "assets" / "recorded"
CONDITIONS: tuple[Condition, ...] = ("blank", "awake", "alone", "amnesia", "slept", "retrieval", "long_context")


# One night -----------------------------------------------------------------------------------------


def report_to_json(report: SleepReport) -> dict[str, Any]:
    """One night as an object that json.dumps takes as it is."""
    return {"schema": SCHEMA, **plain(report)}


def report_from_json(data: Mapping[str, Any]) -> SleepReport:
    """The night that `report_to_json` wrote. Raises BadInput for anything else."""
    schema = data.get("schema") if isinstance(data, Mapping) else None
    if type(schema) is int and schema > SCHEMA:
        raise BadInput(f"This report has schema {schema}, this Nocturne reads up to {SCHEMA}; update Nocturne.")
    try:
        if schema is None:
            raise TypeError("no schema")
        report: SleepReport = restore(SleepReport, data)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BadInput("This is not the report of a night; choose a file that Nocturne wrote.") from error
    return report


def recorded_run(folder: Path | None = None) -> list[SleepReport]:
    """The nights of a real run that ships with the app (the first one), in file order; [] when there is none."""
    paths = sorted((folder or RECORDED).glob("*.json"))
    return [report_from_json(json.loads(path.read_text(encoding="utf-8"))) for path in paths]


# REPORT.json --------------------------------------------------------------------------------------


def _rate(rows: Iterable[ExamRow]) -> Rate:
    marks = [row.right for row in rows]
    return Rate.of(sum(marks), len(marks))


def _by_condition(rows: Sequence[ExamRow], source: Source) -> dict[str, Rate]:
    return {
        c: _rate(r for r in rows if r.condition == c and r.source == source and not r.is_yes_no) for c in CONDITIONS
    }


def _yes_no(rows: Sequence[ExamRow]) -> dict[str, Rate]:
    return {c: _rate(r for r in rows if r.condition == c and r.source == "given" and r.is_yes_no) for c in CONDITIONS}


def _tokens_per_question(rows: Sequence[ExamRow]) -> dict[str, float | None]:
    asked = {c: [r for r in rows if r.condition == c and r.source == "given"] for c in CONDITIONS}
    return {c: sum(r.cache_length + len(r.prompt_tokens) for r in a) / len(a) if a else None for c, a in asked.items()}


def gap_closed(recall: Mapping[str, Rate]) -> float | None:
    """How much of what the crowded cache could answer is still answered without it."""
    slept, amnesia, awake = (recall[c].value for c in ("slept", "amnesia", "awake"))
    if slept is None or amnesia is None or awake is None or awake == amnesia:
        return None
    return (slept - amnesia) / (awake - amnesia)


def score(efficacy: Rate, paraphrase: Rate, locality: Rate) -> float | None:
    """Harmonic mean of those measured, as in ROME; see the schema for when it is 0 or null."""
    measured = [rate.value for rate in (efficacy, paraphrase, locality) if rate.value is not None]
    if locality.value is None or len(measured) < 2:
        return None
    return 0.0 if 0.0 in measured else len(measured) / sum(1 / value for value in measured)


def _summary(rows: Sequence[ExamRow], side: SideEffects, reports: Sequence[SleepReport]) -> dict[str, Any]:
    """The keys that `total` and a night share. Costs are summed over `reports`."""
    slept = [r for r in rows if r.condition == "slept" and r.source == "given" and not r.is_yes_no]
    efficacy, paraphrase = (_rate(r for r in slept if r.in_lessons is known) for known in (True, False))
    recall, facts = _by_condition(rows, "given"), sum(len(r.facts) for r in reports)
    stages = dict.fromkeys(stage for r in reports for stage in r.seconds)
    seconds = {stage: sum(r.seconds.get(stage, 0.0) for r in reports) for stage in stages}
    return {
        "recall": recall,
        "recall_self": _by_condition(rows, "self"),
        "recall_yes_no": _yes_no(rows),
        "tokens_per_question": _tokens_per_question(rows),
        "efficacy": efficacy,
        "paraphrase": paraphrase,
        **{field.name: getattr(side, field.name) for field in fields(side)},
        "score": score(efficacy, paraphrase, side.locality),
        "gap_closed": gap_closed(recall),
        "bits_per_parameter": None,
        "seconds_per_fact": (seconds["total"] - seconds.get("exam", 0.0)) / facts
        if facts and "total" in seconds
        else None,
        "seconds": seconds,
        "facts": facts,
        **{key: sum(getattr(r, key) for r in reports) for key in _SUMS},
        "journal_bytes": max(r.journal_bytes for r in reports),
    }


def _night(report: SleepReport) -> dict[str, Any]:
    own = {"night": report.night, "name": report.name, "hash": report.night_hash, "model": report.model}
    return {
        **own,
        "recipe": report.recipe,
        "device": report.device,
        "gate": report.gate,
        **_summary(report.exam, report.side, [report]),
    }


def _retention(reports: Sequence[SleepReport], final: Sequence[ExamRow]) -> list[list[float | None]]:
    """R from what the reports hold, the last row from the final exam; null where nobody asked."""
    rows = [[rate.value for rate in row] for row in retention_of(reports, "given")]
    heard = [
        [
            r
            for r in final
            if r.night == report.night and r.condition == "slept" and r.source == "given" and not r.is_yes_no
        ]
        for report in reports
    ]
    return [*rows[:-1], [_rate(rows_of_night).value for rows_of_night in heard]]


def _prequential(reports: Sequence[SleepReport]) -> dict[str, Any]:
    days = openings(reports, "given")
    means = running(day.earlier for day in days)
    return {
        "days": [{**plain(day), "running": mean} for day, mean in zip(days, means, strict=True)],
        "earlier": means[-1],
        "never_told": pooled(day.never_told for day in days),
    }


def _contradictions(rows: Sequence[ExamRow]) -> dict[str, Rate]:
    says = [
        c.says
        for c in contradictions([r for r in rows if r.condition == "slept" and r.source == "given" and not r.is_yes_no])
    ]
    return {side: Rate.of(says.count(side), len(says)) for side in ("later", "earlier")}


def _asking(asked_at_night: int, row: ExamRow) -> dict[str, Any]:
    return {"asked_at_night": asked_at_night, **asdict(row)}


def total_report(
    reports: Sequence[SleepReport], final_rows: Sequence[ExamRow], extra: Mapping[str, Any]
) -> dict[str, Any]:
    """REPORT.json of a run of one or more nights, in the order they were slept.

    `final_rows`: every probe of every night asked after the last one (condition slept, `night` when it was
    heard, `in_lessons` set; and under retrieval and long_context, if you like); may be empty after a single night,
    whose own slept rows then serve.
    `extra["retention"]`: rows of R; where absent, what the reports tell of them. No reports: ValueError.
    """
    if not reports:
        raise ValueError("a report needs at least one night")
    last = reports[-1]
    final = list(final_rows) or list(morning_rows(last))
    before = [r for report in reports for r in report.exam if r.condition != "slept"]
    drift = sum(report.side.drift_nats for report in reports)
    side = replace(last.side, deep_past_before=reports[0].side.deep_past_before, drift_nats=drift)
    retention = extra.get("retention") or _retention(reports, final)
    asked = [(report.night, row) for report in reports for row in (*report.exam, *report.past)]
    stands = {(row.night, row.condition) for row in (*last.exam, *last.past)}  # what its own exam asked already
    asked += [(last.night, row) for row in final if (row.night, row.condition) not in stands]
    report = {
        "schema": SCHEMA,
        "total": {
            **_summary([*before, *final], side, reports),
            **kept(retention),
            "fwt": forward_transfer(reports, "given"),
        },
        "nights": [_night(report) for report in reports],
        "retention": retention,
        "forgetting": forgetting(reports, "given"),
        "prequential": _prequential(reports),
        "contradictions": _contradictions(final),
        "probes": [_asking(night, row) for night, row in asked],
        **{key: getattr(last, key) for key in ("recipe", "seed", "versions", "device", "model")},
    }
    written: dict[str, Any] = plain({**extra, **report})
    return written
