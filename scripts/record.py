"""Record the real nights that the app shows before anybody has told it anything: the sample facts, the evening before and
the night after them; and a life of several days.

python scripts/record.py [night] [week]     both, unless one is named; some minutes a night

    night   assets/recorded/first-night.json, and a file of the same name in evening/ and in morning/
    week    assets/recorded/week/night-1.json and so on, of assets/facts/week.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.brain import Brain
from core.facts import Heard, read_facts_csv
from core.lives import hear_night, sleep_or_stay
from core.models import load_base
from core.older_nights import recollect
from core.recipes import RECIPES
from core.recording import WEEK, for_a_life, write, write_evening, write_morning
from core.reports import RECORDED, report_to_json
from core.sleep import sleep
from core.values import SleepStep

FACTS = ROOT / "assets" / "facts"


def main() -> None:
    wanted = sys.argv[1:] or ["night", "week"]
    if "night" in wanted:
        night()
    if "week" in wanted:
        week()


def night() -> None:
    """A brain that is told the sample facts: what its cache holds, its night, and what comes up of that in the morning."""
    brain = Brain(load_base(), "recorded")
    hear_night(brain, days("sample")[0])
    write_evening(brain.snapshot(brain.facts[0].probes[0].question), brain.base.parameters)
    report = sleep(brain, RECIPES["full"], tell)
    write(report_to_json(report), RECORDED / "first-night.json")
    write_morning(recollect(brain, report.night))


def week() -> None:
    brain = Brain(load_base(), "week")
    for number, day in enumerate(days("week"), 1):
        hear_night(brain, day)
        write(report_to_json(for_a_life(sleep_or_stay(brain, RECIPES["full"], tell))), WEEK / f"night-{number}.json")


def days(name: str) -> tuple[tuple[Heard, ...], ...]:
    return read_facts_csv(FACTS / f"{name}.csv").nights


def tell(step: SleepStep) -> None:
    print(step.stage, step.index, step.total, file=sys.stderr)


if __name__ == "__main__":
    main()
