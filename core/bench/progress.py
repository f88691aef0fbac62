"""A progress bar on a terminal; elsewhere a line per piece of work."""

from __future__ import annotations

import sys
from types import TracebackType

import typer


class Bar:
    """Called with the piece of work and what it is at. Use as a context manager."""

    def __init__(self, pieces: int):
        self._bar = typer.progressbar(length=pieces, label="bench", file=sys.stderr, width=24)
        self._done = -1  # the first piece begins with nothing done

    def __call__(self, piece: str, detail: str) -> None:
        if not sys.stderr.isatty():
            if not detail:
                typer.echo(piece, err=True)
            return
        if not detail:
            self._done += 1
            self._bar.update(self._done - self._bar.pos)
        self._bar.label = f"{piece}  {detail}"
        self._bar.render_progress()

    def __enter__(self) -> Bar:
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, error, trace)
