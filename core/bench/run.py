"""What the bench measures, in which order. Resumable: whatever was measured before is looked up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.bench.aims import aims, aims_as_markdown
from core.bench.apart import lived_side_by_side
from core.bench.cells import ENOUGH, Cell, file_of, lived
from core.bench.fiftieth import COST, NIGHTS, fiftieth_night
from core.bench.methods import METHODS, Method, ablations, ways_to_keep
from core.bench.rows import row
from core.bench.stats import mean, pooled
from core.bench.table import as_csv, as_markdown, summarise
from core.bench.tuning import GRID, Grid, candidates, tune
from core.errors import CacheFull
from core.models import Base
from core.plain import plain

PARTS = ("one night", "many nights", "older nights", "long life", "capacity", "fiftieth night", "ablations")
OnProgress = Callable[[str, str], None]  # the piece of work, and what it is at: "" when it begins


@dataclass(frozen=True)
class Scale:
    """How much is measured. One night is lived on each fact set, the seeds taking turns; a longer life once per seed, on a
    set of its own."""

    fact_sets: int = 10
    seeds: int = 3
    facts: int = 10  # in one night
    many: tuple[int, int] = (8, 5)  # nights, facts per night
    long: tuple[int, int] = (30, 5)
    ladder: tuple[int, ...] = (10, 20, 40, 60, 80, 100, 120, 140, 160)  # facts in one night, until recall falls
    fiftieth: tuple[int, int] = (NIGHTS, 5)
    grid: Grid | None = GRID  # None: the Trainer is not tuned


QUICK = Scale(fact_sets=1, seeds=1, facts=3, grid=None)


@dataclass
class Bench:
    """One run of the bench. `rows` and `notes` grow as it goes; `write` may be called at any time."""

    base: Base
    out: Path
    scale: Scale
    on_progress: OnProgress = lambda piece, detail: None
    jobs: int = 1  # lives at a time
    lookup: bool = False  # only what was measured already, however little that is
    rows: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def pieces(self, parts: Sequence[str], names: Sequence[str]) -> int:
        """How many pieces of work `measure` has at most (capacity stops where recall falls)."""
        scale, grid = self.scale, self.scale.grid
        trainers = self._trains(parts) * sum(METHODS[name].learner == "trainer" for name in names)
        tuning = len(grid.learning_rates) * len(grid.lengths) * grid.fact_sets * trainers if grid else 0
        per_seed = {"many nights": len(names), "long life": 1, "capacity": len(scale.ladder), "fiftieth night": 1}
        per_seed |= {"older nights": len(ways_to_keep())}
        per_set = {"one night": len(names), "ablations": len(ablations())}
        return tuning + sum(
            scale.seeds * per_seed.get(part, 0) + scale.fact_sets * per_set.get(part, 0) for part in parts
        )

    def measure(self, parts: Sequence[str], names: Sequence[str]) -> None:
        """The given parts (of PARTS). The first two are about the given methods (of METHODS), the others about `full`."""
        full = METHODS["full"]
        methods = [self._tuned(METHODS[name]) if self._trains(parts) else METHODS[name] for name in names]
        measures: dict[str, Callable[[], object]] = {
            "one night": lambda: self._add(self._one_nights(methods)),
            "many nights": lambda: self._add(self._lives(methods, self.scale.many)),
            "older nights": lambda: self._add(self._lives(ways_to_keep(), self.scale.many)),
            "long life": lambda: self._add(self._lives([full], self.scale.long)),
            "capacity": lambda: self._capacity(full),
            "fiftieth night": lambda: self._fiftieth(full),
            "ablations": lambda: self._add(self._one_nights(ablations())),
        }
        for part in parts:
            measures[part]()

    @staticmethod
    def _trains(parts: Sequence[str]) -> bool:
        return bool({"one night", "many nights"} & set(parts))

    def write(self, name: str = "bench") -> Path:
        """NAME.json (the rows), NAME.md, NAME.csv and NAME-table.json. Returns the Markdown's path."""
        lines = summarise(self.rows)
        threads = sorted({row["threads"] for row in self.rows})
        notes = [
            *self.notes,
            f"Seconds are of lives on as many threads: {', '.join(map(str, threads)) or 'none lived'}.",
        ]
        found = aims(self.rows, lines, self.extra)
        table = {"lines": lines, **self.extra, "aims": [plain(aim) for aim in found]}
        self.out.mkdir(parents=True, exist_ok=True)
        texts = {
            f"{name}.json": json.dumps(self.rows, indent=1, ensure_ascii=False),
            f"{name}-table.json": json.dumps(table, indent=1, ensure_ascii=False),
            f"{name}.csv": as_csv(lines),
            f"{name}.md": "\n".join(filter(None, (as_markdown(lines, notes), aims_as_markdown(found)))),
        }
        for file, text in texts.items():
            (self.out / file).write_text(text, encoding="utf-8")
        return self.out / f"{name}.md"

    # --- the parts -----------------------------------------------------------------------------------------------

    def _one_nights(self, methods: Sequence[Method]) -> Iterator[Cell]:
        """Set by set, so that an interrupted run compares the methods on the same facts."""
        for number in range(self.scale.fact_sets):
            for method in methods:
                yield Cell(method, number % self.scale.seeds, number, 1, self.scale.facts)

    def _lives(self, methods: Sequence[Method], size: tuple[int, int]) -> Iterator[Cell]:
        for seed in range(self.scale.seeds):
            for method in methods:
                yield Cell(method, seed, seed, *size)

    def _capacity(self, method: Method) -> None:
        """The largest rung of the ladder, and all before it, at which slept recall is still 0.9. Looked up, it is known only
        where the rung at which recall falls was measured."""
        held, ended = 0, True
        for size in self.scale.ladder:
            cells = [Cell(method, seed, seed, 1, size) for seed in range(self.scale.seeds)]
            if len(self._at_hand(cells)) < len(cells):
                ended = False
                break
            try:
                added = self._add(cells)
            except CacheFull:
                self.notes.append(f"Capacity: {size} facts do not fit into the cache.")
                break
            if (pooled([one["answered"] for one in added]).value or 0.0) < ENOUGH:
                break
            held = size
        if ended:
            self.extra["capacity"] = held
            self.notes.append(f"Capacity of one night of `full`: {held} facts at a slept recall of {ENOUGH} or more.")

    def _fiftieth(self, method: Method) -> None:
        found = []
        for cell in self._at_hand(
            [Cell(method, seed, seed, *self.scale.fiftieth) for seed in range(self.scale.seeds)], COST
        ):
            say = self._begin(f"night {cell.nights}, seed {cell.seed}")
            found.append(fiftieth_night(self.base, cell, self.out, say))
        if not found:
            return
        self.extra["fiftieth_night"] = found
        ratio = mean([one["ratio"] for one in found])
        answers = mean([one["seconds_per_answer"]["last"] / one["seconds_per_answer"]["first"] for one in found])
        self.notes.append(
            f"Night {self.scale.fiftieth[0]} of `full` cost {ratio:.2f} times the first, "
            f"and an answer on the morning after it {answers:.2f} times one on the first morning."
        )

    # --- cells ---------------------------------------------------------------------------------------------------

    def _at_hand(self, cells: Sequence[Cell], what: str = "") -> list[Cell]:
        """All of them; or only those that were measured already, where no others are wanted."""
        return [one for one in cells if not self.lookup or file_of(self.base, one, self.out, what).exists()]

    def _lived(self, cells: Sequence[Cell]) -> Iterator[tuple[Cell, dict[str, Any]]]:
        """Each cell with its life, one after the other or several at a time."""
        cells = self._at_hand(cells)
        if self.jobs == 1 or self.lookup:
            for cell in cells:
                yield cell, lived(self.base, cell, self.out, self._begin_life(cell))
        else:
            yield from lived_side_by_side(self.base, cells, self.out, self.jobs, self._begin_life)

    def _begin_life(self, cell: Cell) -> Callable[[str], None]:
        what = "tuning " if cell.purpose == "tuning" else ""
        size = f"{cell.nights} × {cell.per_night} facts"
        return self._begin(f"{what}{cell.method.name}, {size}, set {cell.fact_set}, seed {cell.seed}")

    def _begin(self, piece: str) -> Callable[[str], None]:
        self.on_progress(piece, "")
        return lambda detail: self.on_progress(piece, detail)

    def _add(self, cells: Iterator[Cell] | Sequence[Cell]) -> list[dict[str, Any]]:
        """Live the cells, row by row, so that an interrupted part has a table too. A row that another part brought already
        is not added twice."""
        made = []
        for cell, life in self._lived(list(cells)):
            made.append(row(cell, life))
            if made[-1] not in self.rows:
                self.rows.append(made[-1])
        return made

    def _tuned(self, method: Method) -> Method:
        grid = self.scale.grid
        if method.learner != "trainer" or grid is None:
            return method
        tried = [cell for _, cells in candidates(method, grid) for cell in cells]
        if len(self._at_hand(tried)) < len(tried):
            self.notes.append(f"{method.name} is not tuned.")
            return method
        tuned, record = tune(method, grid, self._lived)
        self.extra.setdefault("tuning", {})[method.name] = record
        best = record["chosen"]
        self.notes.append(
            f"{method.name} was tuned to learning rate {best['learning_rate']:g}, {best['length']:g} × steps."
        )
        return tuned
