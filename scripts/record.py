"""Record the real night that the app shows before anybody has told it anything, and the evening before it: the sample
facts, one sleep.

python scripts/record.py            writes assets/recorded/first-night.json and assets/recorded/evening/first-night.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.brain import Brain
from core.facts import read_facts_csv
from core.models import load_base
from core.recipes import RECIPES
from core.recording import write_evening
from core.reports import report_to_json
from core.sleep import sleep

OUT = ROOT / "assets" / "recorded" / "first-night.json"


def main() -> None:
    brain = evening()
    report = sleep(brain, RECIPES["full"], lambda step: print(step.stage, step.index, step.total, file=sys.stderr))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report_to_json(report), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def evening() -> Brain:
    """A brain that was told the sample facts; what its cache holds is recorded."""
    brain = Brain(load_base(), "recorded")
    for heard in read_facts_csv(ROOT / "assets" / "facts" / "sample.csv").nights[0]:
        brain.hear(heard.statement, heard.probes)
    write_evening(brain.snapshot(brain.facts[0].probes[0].question), brain.base.parameters)
    return brain


if __name__ == "__main__":
    main()
