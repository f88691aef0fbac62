"""How long a rerun of each page takes with 8 nights and 40 facts: `python scripts/rerun_time.py`.

Prints the CPU seconds of the process (so a busy machine matters little) for one rerun of a page that has been open
before, the median of five. The life is made of copies of the recorded night, and what is measured on demand is there
already; no model is loaded.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ |= {"NOCTURNE_HOME": tempfile.mkdtemp(), "NOCTURNE_MODEL": "/no/model"}

from streamlit.testing.v1 import AppTest

from app.desk import Desk
from app.desks import desk_of
from app.frozen import View
from app.measures import ANATOMY, ATTRIBUTION, DOSE, LESION
from tests import chart_values
from tests.app_values import live

CASES = {"8 nights, nothing told today": (8, 0), "7 nights and 5 facts today": (7, 5), "40 facts today": (0, 40)}
PAGES = sorted(p for p in (ROOT / "app" / "views").glob("*.py") if "with parts.border():" in p.read_text("utf-8"))


def seconds(app: AppTest) -> float:
    before = time.process_time()
    app.run()
    assert not app.exception
    return time.process_time() - before


def measured(desk: Desk, view: View) -> None:
    """As if everything on the page Weights had been asked for."""
    if not view.reports:
        return
    newest = view.reports[-1]
    results = {
        ANATOMY: (chart_values.make_neurons(), chart_values.make_cosines()),
        DOSE: chart_values.make_curve(),
        LESION: chart_values.make_lesions(),
        ATTRIBUTION: chart_values.make_attribution(),
    }
    for measure, result in results.items():
        about = (newest.name, newest.facts[0].number) if measure is ATTRIBUTION else (newest.name,)
        job = desk.measure(measure.key(view, *about), measure.title, lambda brain, job, it=result: it)
        assert job.ended.wait(60) and job.error is None


def main() -> None:
    for number, (case, (nights, today)) in enumerate(CASES.items()):
        name = f"life-{number}"
        view = live(name, nights, today)
        # The Lab asks which model it is.
        desk_of(name)._brain = SimpleNamespace(base=SimpleNamespace(fingerprint="none"))
        measured(desk_of(name), view)
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
        app.query_params["brain"] = name
        app.run()
        for page in PAGES:
            app.switch_page(str(page.relative_to(ROOT))).run()
            took = statistics.median(seconds(app) for _ in range(5))
            print(f"{page.stem:10} {took:6.3f} s   {case}")


if __name__ == "__main__":
    main()
