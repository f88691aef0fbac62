"""The desks of this process, by the names of their brains."""

from __future__ import annotations

import re
import secrets
import threading

from app.desk import Desk

COLOURS = "amber ash azure coral dusk fawn hazel indigo ivory jade lilac misty moss ochre olive pearl rose russet"
ANIMALS = "badger bat dormouse finch fox hare heron lark lynx marten mole moth newt otter owl robin seal swift"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_desks: dict[str, Desk] = {}
_lock = threading.Lock()


def desk_of(name: str) -> Desk:
    """The one desk of that name; the first call starts loading its brain."""
    with _lock:
        if name not in _desks:
            _desks[name] = Desk(name)
        return _desks[name]


def new_name() -> str:
    """A friendly name that nothing here uses yet, such as amber-otter."""
    from core.store import list_brains

    taken = {*_desks, *(card.name for card in list_brains())}
    while True:
        name = f"{secrets.choice(COLOURS.split())}-{secrets.choice(ANIMALS.split())}"
        if name in taken:
            name = f"{name}-{secrets.randbelow(90) + 10}"
        if name not in taken:
            return name


def is_name(text: object) -> bool:
    return isinstance(text, str) and NAME.fullmatch(text) is not None
