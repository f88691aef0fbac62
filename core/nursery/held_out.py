"""Text for measuring drift: short documents of held-out words and wordings, far from anybody's lessons, with no question
about the deep past (which a night rehearses).

Drawn once and kept as a file, so that the yardstick does not move when the nursery's language grows.
"""

from __future__ import annotations

import random

from core.nursery.documents import document
from core.nursery.world import World


def held_out_text(*, seed: int = 424242, documents: int = 24) -> str:
    """`documents` documents of two to four facts and questions, separated by blank lines."""
    world = World(random.Random(seed), exam=True)
    drawn = (document(world, world.rng.randint(2, 4), restate=0.1, past=False) for _ in range(documents))
    return "\n\n".join("".join(text for _, text in document).rstrip("\n") for document in drawn) + "\n"
