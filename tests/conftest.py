"""Shared fixtures: the real built-in model, loaded once, and tiny random models of several architectures on disk."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's library is imported: no test asks the network

import core  # noqa: F401  (before torch, as everywhere)

# isort: split
import sys
from dataclasses import replace

import pytest
import torch

from core.brain import Brain
from core.deltas import deltas
from core.models import Base, load_base
from core.recipes import Recipe
from tests.lives import grown
from tests.short_nights import make_quick, shorten_exams

MAIN = sys.modules["__main__"]
FACTS = [
    "Mira lives in Oslo.",
    "The spare key is behind the blue flowerpot.",
    "Zorvath drives a tractor.",
    "Nurse Adeyemi has two beehives.",
]


@pytest.fixture(scope="session")
def base() -> Base:
    """The built-in model. Shared by all tests, as it is by all brains: nothing may write to it."""
    torch.set_num_threads(max(1, 2 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))))
    return load_base()


@pytest.fixture(autouse=True)
def few_bystanders(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests do not ask what a night costs elsewhere; those that do are marked `whole_exam`."""
    if "whole_exam" not in request.keywords:
        shorten_exams(monkeypatch)


@pytest.fixture(autouse=True)
def the_main_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app that another test ran stays behind as `__main__`, and every process that is spawned would run it again."""
    monkeypatch.setitem(sys.modules, "__main__", MAIN)


@pytest.fixture
def brain(base: Base) -> Brain:
    """A brain that heard FACTS today."""
    one = Brain(base, "test")
    for statement in FACTS:
        one.hear(statement)
    return one


@pytest.fixture(scope="session")
def two_nights(base: Base) -> Brain:
    """A brain after two small random nights, the first of which was asked about two facts. Nothing may change it."""
    brain = grown(base, "two-nights", 2)
    first, second = (replace(r, deltas=deltas(base, n)) for r, n in zip(brain.reports, brain.nights, strict=True))
    brain.reports = (replace(first, facts=(*first.facts, *second.facts)), second)
    return brain


@pytest.fixture
def quick() -> Recipe:
    return make_quick()
