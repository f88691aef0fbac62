"""Verbs of the nursery's English, read from `verbs.txt`, and their forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Verb:
    """One line of `verbs.txt`. `kind`: acts (on an object), still (at a place) or move (to a place)."""

    kind: str
    words: tuple[str, ...]
    objects: tuple[str, ...]
    roles: tuple[str, ...]


@cache
def verbs() -> tuple[Verb, ...]:
    """All lines of `verbs.txt`."""
    found = []
    for line in (HERE / "verbs.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        same, objects, roles = (part.strip() for part in f"{line}||".split("|")[:3])
        kind, _, rest = same.removeprefix("[").partition("] ") if same.startswith("[") else ("acts", "", same)
        found.append(Verb(kind, tuple(rest.split(", ")), tuple(objects.split()), tuple(roles.split())))
    return tuple(found)


@cache
def _irregular() -> dict[str, tuple[str, str]]:
    lines = (HERE / "irregular_verbs.txt").read_text(encoding="utf-8").splitlines()
    return {base: (past, part) for base, past, part in (x.split() for x in lines if not x.startswith("#"))}


@cache
def forms(verb: str) -> dict[str, str]:
    """base, past, participle, third and gerund of a verb or verb phrase, e.g. `look after`."""
    base, _, rest = verb.partition(" ")
    if base in _irregular():
        past, participle = _irregular()[base]
    elif base.endswith("e"):
        past = participle = f"{base}d"
    elif base.endswith("y") and base[-2] not in "aeiou":
        past = participle = f"{base[:-1]}ied"
    else:
        past = participle = f"{base}ed"
    third = f"{base[:-1]}ies" if base.endswith("y") and base[-2] not in "aeiou" else base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")  # fmt: skip
    doubled = past in (f"{base}{base[-1]}ed",) or base in {"get", "cut", "split", "put", "shut", "set", "run", "win", "swim", "sit", "hit", "forget"}  # fmt: skip
    stem = base + base[-1] if doubled else base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe")) else base
    every = {
        "base": base,
        "past": past,
        "participle": participle,
        "third": "has" if base == "have" else third,
        "gerund": f"{stem}ing",
    }
    return {name: f"{form} {rest}".strip() for name, form in every.items()}
