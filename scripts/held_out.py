"""Write the text that drift is measured on, `assets/facts/held_out.txt`: `python scripts/held_out.py`.

Days that nobody lives through: up to four told sentences and one line that follows them, in names and words that
training never drew, and without the deep past, which nights rehearse. One line only, because that is how the model is
raised and used: each question is read behind the day as if it were the only one. What comes after a line it never learned,
and text with many of them would measure noise.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.drift import HELD_OUT
from core.nursery.documents import document
from core.nursery.world import World
from core.randomness import python_random

DAYS = 100
FACTS = range(5)
RESTATED = 0.1  # share of days that end with something said again; the others end with a question


def main() -> None:
    world = World(python_random(0, "held-out text"), exam=True, known_wordings=True)
    HELD_OUT.write_text("\n\n".join(_day(world, FACTS[i % len(FACTS)]) for i in range(DAYS)), encoding="utf-8")
    print(HELD_OUT)


def _day(world: World, n: int) -> str:
    day = document(world, n)
    last = next(s for s in day.sayings(restate=RESTATED, past=False) if s.sees is None)
    return "".join(f" {line}\n" for line in day.lines) + last.prompt + last.answer.rstrip("\n")


if __name__ == "__main__":
    main()
