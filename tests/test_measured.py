"""What `assets/measured` says is what was measured, of the model and the recipes that are here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.bench.methods import METHODS
from core.bench.run import PARTS, Bench, Scale
from core.models import load_base

MEASURED = Path(__file__).parent.parent / "assets" / "measured"


def test_the_tables_are_made_of_the_lives_beside_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("only looked up")

    monkeypatch.setattr("core.bench.cells.live", never)
    shutil.copytree(MEASURED / "cells", tmp_path / "cells")
    bench = Bench(load_base(device="cpu"), tmp_path, Scale(), lookup=True)  # they were lived on a CPU
    bench.measure([part for part in PARTS if part != "ablations"], [*METHODS])
    bench.write()
    for name in ("bench.json", "bench.md"):
        made, kept = ((folder / name).read_text(encoding="utf-8") for folder in (tmp_path, MEASURED))
        assert made == kept, f"{name} is not of these lives: python -m core bench --out assets/measured --lookup"
    assert {(row["method"], row["fact_set"]) for row in bench.rows} >= {("full", number) for number in range(10)}
