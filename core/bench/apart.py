"""Lives that are lived side by side, each in a process of its own.

The matrices of a small model are too small for many cores: two lives on a thread each are through well before one after
the other on two. Each life of a run has the same share of the machine, so their times compare with one another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from core.bench.cells import Cell, key_of, lived
from core.models import Base, load_base
from core.precision import take_over, training_dtype

AT_MOST = 4  # lives at once
MEMORY = 5 * 2**30  # bytes that a life may come to need: eight nights took 4.2 GiB

_bases: list[Base] = []  # of a process that lives for another: the model that it loaded as it was started


def lives_at_once(device: str) -> int:
    """How many lives this machine is for: one on a GPU, else one a thread, as far as its memory goes, and a few at most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 1 if device != "cpu" else max(1, min(AT_MOST, torch.get_num_threads(), memory // MEMORY))


def threads_each(jobs: int) -> int:
    """Threads of one of `jobs` lives: they share those of this process, which may be fewer than the machine has cores."""
    return max(1, torch.get_num_threads() // jobs)


def longest_first(cells: Sequence[Cell]) -> list[Cell]:
    """In the order in which to begin them: set by set, so that an interrupted run compares methods on the same facts, and
    within a set the longest first, so that none of them is left to end alone."""
    return sorted(cells, key=lambda cell: (cell.fact_set, -_length(cell)))


def _length(cell: Cell) -> int:
    """Longer lives have greater numbers; they count nothing."""
    if cell.method.recipe.steps == 0:
        return 0
    if cell.method.recipe.lessons_from == "statements":
        return 1
    return 3 if cell.method.learner == "trainer" else 2  # it never comes to rest before its last step


def lived_side_by_side(
    base: Base,
    cells: Sequence[Cell],
    folder: Path,
    jobs: int,
    waiting_for: Callable[[Cell], object] = lambda cell: None,
) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Each cell with its life, in their order; `jobs` of them are lived at once, and one that two methods share, once.

    Each process loads the model anew by the name of `base`: a large argument would hold up for ever the start of a process
    that dies as it begins. What a life raises is raised here, and those that had not begun are given up. `waiting_for` is told of each cell
    before its life is waited for.
    """
    given = (base.name, base.device, threads_each(jobs), training_dtype(base.device))
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start, given)
    futures: dict[str, Future[dict[str, Any]]] = {}
    try:
        for cell in longest_first(cells):
            key = key_of(base, cell)
            if key not in futures:
                futures[key] = pool.submit(_live, cell, folder)
        for cell in cells:
            waiting_for(cell)
            yield cell, futures[key_of(base, cell)].result()
    finally:
        pool.shutdown(cancel_futures=True)


def _start(model: str, device: str, threads: int, dtype: torch.dtype) -> None:
    torch.set_num_threads(threads)
    take_over(device, dtype)
    _bases[:] = [load_base(model, device)]


def _live(cell: Cell, folder: Path) -> dict[str, Any]:
    return lived(_bases[0], cell, folder)
