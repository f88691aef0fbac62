"""Imports go one way: streamlit_app -> app.views -> app.charts -> core values."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def imports_of(path: Path) -> set[str]:
    """Top-level and nested imports of one file, dotted."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", files("core"), ids=str)
def test_core_knows_no_screen(path: Path) -> None:
    assert not {i for i in imports_of(path) if i.split(".")[0] in {"streamlit", "plotly", "app"}}


@pytest.mark.parametrize("path", files("app/charts"), ids=str)
def test_charts_know_values_only(path: Path) -> None:
    heads = {i.split(".")[0] for i in imports_of(path)}
    assert not heads & {"streamlit", "torch", "transformers", "peft"}


@pytest.mark.parametrize("path", [*files("app"), ROOT / "streamlit_app.py"], ids=str)
def test_only_the_session_and_its_selection_touch_session_state(path: Path) -> None:
    if path.name not in {"session.py", "selection.py"}:
        assert "session_state" not in path.read_text(encoding="utf-8")


def test_the_first_paint_needs_no_torch() -> None:
    code = "import sys, app.charts, core.reports, core.recipes, core.facts; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_threads_of_torch_do_not_spin_for_long() -> None:
    """A spinning thread keeps the page from being drawn, and the page keeps it from ever meeting the others."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_"))} | {"OMP_DISPLAY_ENV": "verbose"}
    code = "import app.desk, core.models, os; print(os.environ['GOMP_SPINCOUNT'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    wanted = done.stdout.strip()
    assert set(re.findall(r"GOMP_SPINCOUNT = '(\d+)'", done.stderr)) <= {wanted}, "said after torch was loaded"
