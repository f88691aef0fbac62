"""How things and people are called every day: `the lamp with the green shade`, `box 88`, `the hall of the old mill`, `Dr.
Okafor`, `the kettle mender`, `dusty pink`.

In school a share of the values is put so; such a value must be copied to its last word. The exam draws plain ones, so
that its marks can be compared from one school to the next.
"""

from __future__ import annotations

from core.nursery.figures import FIGURES, as_written
from core.nursery.words import Words, with_articles

SHARE, ACCENTED = 0.12, 0.06
_NAMES = frozenset("person firstname town name nickname country venue street planet team org".split())
_ACCENTS = {"a": "áàâäãå", "e": "éèêë", "i": "íïî", "o": "óôöõø", "u": "úüû", "n": "ñ", "c": "ç", "s": "šş", "z": "ž"}
_THINGS = frozenset("thing athing things thing_s place_np room food clothing vehicle animal the_animal aanimal".split())
_LABELLED = "box shelf gate platform level room locker table floor row hall door block track drawer hut bay key".split()
_TITLES = ("Dr.", "Mrs.", "Mr.", "Ms.", "Prof.", "St.")
_AGENTS = "maker mender seller keeper hunter painter collector teacher driver guide cleaner smith dealer mover".split()
_SHADES = "pale dark light deep bright dull dusty smoky misty royal".split()
_PARTS = "handle lid door window roof leg wheel label strap stripe button shade pocket edge tail ear collar".split()


def as_called(w: Words, kind: str, value: str) -> str:
    """`value`, or now and then a longer, numbered or otherwise written way to call something of its kind."""
    if kind in _NAMES and w.rng.random() < ACCENTED:
        value = _accented(w, value)
    if w.rng.random() >= SHARE:
        return value
    if kind in FIGURES:
        return as_written(w, kind, value)
    if kind == "person":
        return _somebody(w, value)
    if kind == "color":
        return f"{w.rng.choice(_SHADES)} {value}" if w.rng.random() < 0.5 else f"{w.word('plants')} {value}"
    if kind not in _THINGS:
        return value
    if kind in {"thing", "place_np", "room"} and w.rng.random() < 0.25:
        return _labelled(w)
    return f"{value} {_tail(w)}"


def _accented(w: Words, value: str) -> str:
    """A name as in other languages: one of its letters with an accent, in a word that has a capital."""
    letters = [i for i in range(1, len(value)) if value[i] in _ACCENTS and value[value.rfind(" ", 0, i) + 1].isupper()]
    if not letters:
        return value
    at = w.rng.choice(letters)
    return value[:at] + w.rng.choice(_ACCENTS[value[at]]) + value[at + 1 :]


def _somebody(w: Words, value: str) -> str:
    """`Dr. Okafor`, `the kettle mender`, `Dov's grolm Ada`, or `value`."""
    r = w.rng.random()
    if r < 0.4:
        return f"{w.rng.choice(_TITLES)} {w.coined('surnames', 0.4)}"
    if r < 0.6:
        return f"the {w.mix('object_nouns', 0.3)} {w.rng.choice(_AGENTS)}"
    if r < 0.75:
        owner = w.rng.choice(("my", "our", f"{w.coined('first_names', 0.4)}'s"))
        return f"{owner} {w.built()}" + (f" {w.coined('first_names', 0.4)}" if r < 0.68 else "")
    return value


def _labelled(w: Words) -> str:
    """`box 88`, `Platform 6`, `level C`."""
    noun = w.rng.choice(_LABELLED)
    label = w.rng.choice("ABCDEFGHK") if w.rng.random() < 0.3 else str(w.rng.randint(1, 120))
    return f"{noun.title() if w.rng.random() < 0.4 else noun} {label}"


def _tail(w: Words) -> str:
    """What follows a noun: where it is, what it has, what it is of."""
    place = f"the {w.mix(w.rng.choice(('place_nouns', 'rooms', 'object_nouns')), 0.08).removeprefix('the ')}"
    part = f"{w.word(w.rng.choice(('colors', 'adjectives', 'materials')))} {w.rng.choice(_PARTS)}"
    where = f"{w.rng.choice(('behind', 'above', 'under', 'by', 'next to', 'across', 'over', 'on', 'in'))} {place}"
    return w.rng.choice(  # where and whose twice: a `with` behind a noun competes with what something is done with
        (
            where,
            where,
            f"of {place}",
            f"of {place}",
            with_articles(f"with {w.rng.choice(('the', 'a'))} {part}"),
            f"from {w.coined('towns', 0.4)}",
            f"for {w.rng.choice(('the', 'my'))} {w.mix('jobs', 0.05)}",
            f"made of {w.word('materials')}",
        )
    )


def of_theirs(w: Words, value: str) -> str:
    """`my lamp` as `his lamp` or `her lamp`, now and then: somebody's own, spoken of by another."""
    head, _, rest = value.partition(" ")
    if head == "my" and w.rng.random() < 0.3:
        return f"{w.rng.choice(('his', 'her', 'their'))} {rest}"
    return value
