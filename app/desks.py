"""The desks of this process, by the names of their brains."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from app.desk import Desk
from app.recorded import RecordedDesk
from core.errors import NotStored

COLOURS = "amber ash azure coral dusk fawn hazel indigo ivory jade lilac misty moss ochre olive pearl rose russet"
ANIMALS = "badger bat dormouse finch fox hare heron lark lynx marten mole moth newt otter owl robin seal swift"

D = TypeVar("D", bound=Desk)

_desks: dict[str, Desk] = {}
_replays: dict[str, RecordedDesk] = {}
_lock = threading.Lock()


def desk_of(name: str) -> Desk:
    """The one desk of that name, so that two tabs share it; the first call starts loading its brain."""
    return _one(_desks, name, Desk)


def replay_of(name: str) -> RecordedDesk:
    """One visitor's own replay of the recorded run."""
    return _one(_replays, name, RecordedDesk)


def _one(desks: dict[str, D], name: str, new: Callable[[str], D]) -> D:
    with _lock:
        if name not in desks:
            desks[name] = new(name)
        return desks[name]


def new_name() -> str:
    """A friendly name that nothing here uses yet, such as amber-otter."""
    from core.store import list_brains

    try:
        stored = list_brains()
    except NotStored:  # said where the brain is opened
        stored = []
    taken = {*_desks, *(card.name for card in stored)}
    while True:
        name = f"{secrets.choice(COLOURS.split())}-{secrets.choice(ANIMALS.split())}"
        if name in taken:
            name = f"{name}-{secrets.randbelow(90) + 10}"
        if name not in taken:
            return name
