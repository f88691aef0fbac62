"""What is easily taken for something else: the boat tee for the boat race, bus 31 for bus 41."""

from __future__ import annotations

import random

from core.nursery.fillers import Filler

# Words that stay as they are, and the types of which only another one is drawn.
_LITTLE = frozenset("the a an my our of and to at in on by for with called under over behind near".split())
_CLOSED = frozenset("day month number age time date duration verb verb_at verb_past_np prep relative color".split())
_SORTS = ("aeiou", "bcdfghjklmnpqrstvwxyz", "0123456789")


def near(filler: Filler, kind: str, value: str) -> str:
    """Another value of that slot type; three times in five it differs from `value` in one word only."""
    parts = value.split()
    places = [i for i, part in enumerate(parts) if part.strip("'s").lower() not in _LITTLE]
    if kind.startswith("{") or kind in _CLOSED or not places or filler.rng.random() < 0.4:
        return filler.draw(kind)
    at = filler.rng.choice([*places, places[-1]])  # the noun, which comes last, decides most often
    parts[at] = _instead(filler, parts[at], kind, len(parts), at)
    return " ".join(parts)


def _instead(filler: Filler, part: str, kind: str, length: int, at: int) -> str:
    """Another word for one of a value: two letters changed, the one that another value has there, or a new one."""
    r = filler.rng.random()
    word, owned = (part[:-2], "'s") if part.endswith("'s") else (part, "")
    if r < 0.15 or any(c.isdigit() for c in word):
        return _respelt(word, filler.rng) + owned
    other = filler.draw(kind).split()
    if r < 0.5 and len(other) == length:
        return other[at]
    new = filler.built()
    return (new[:1].upper() + new[1:] if word[:1].isupper() else new) + owned


def _respelt(word: str, rng: random.Random) -> str:
    """Two letters or digits replaced by others of their sort: one alone would be taken for a slip of the pen."""
    letters = list(word)
    places = [i for i, c in enumerate(letters) if c.isalnum()]
    for i in rng.sample(places, min(len(places), 2)):
        sort = next((sort for sort in _SORTS if letters[i].lower() in sort), letters[i])
        new = rng.choice([c for c in sort if c != letters[i].lower()] or [letters[i]])
        letters[i] = new.upper() if letters[i].isupper() else new
    return "".join(letters)
