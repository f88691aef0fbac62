"""What a slot of a frame can be filled with: people, places, things. (`figures.py` has numbers, dates and codes.)

Most fillers mix listed words with built ones, so that nothing but copying can answer. A new slot type is one line of
`_FILLERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from core.nursery.everyday import as_called
from core.nursery.figures import FIGURES
from core.nursery.words import Words, words


class Filler(Words):
    """Draws slot values."""

    def draw(self, kind: str) -> str:
        """One value of a slot type, e.g. `person`, `town`, `code`, or `{left|right}`. Raises KeyError if unknown."""
        if kind.startswith("{"):
            return self.rng.choice(kind.strip("{}").split("|"))
        value = _FILLERS[kind](self)
        return value if self.exam else as_called(self, kind, value)


def _firstname(f: Filler) -> str:
    return f.coined("first_names", 0.4)


def _person(f: Filler) -> str:
    r = f.rng.random()
    if r < 0.52:
        return _firstname(f)
    if r < 0.66:
        return f"{_firstname(f)} {f.coined('surnames', 0.4)}"
    if r < 0.74:
        return f"{f.word('professional_titles')} {f.coined('surnames', 0.4)}"
    if r < 0.78:
        job = f.mix("jobs", 0.05)
        return f.rng.choice(
            (
                f"the {job} {_firstname(f)}",
                f"a {f.rng.choice(('man', 'woman', 'friend'))} called {_firstname(f)}",
                f"the {job}",
            )
        )
    owner = f.rng.choice(("my", "my", "my", "our", "our", _firstname(f) + "'s"))
    relative = f.word("relatives")
    return f"{owner} {relative} {_firstname(f)}" if r < 0.88 else f"{owner} {relative}"


def _name(f: Filler) -> str:
    r = f.rng.random()
    if r < 0.45:
        return f.coined()
    if r < 0.7:
        return _firstname(f)
    first = f.word("adjectives" if r < 0.85 else "colors").title()
    return f"{first} {f.word('title_nouns').title()}" if r < 0.92 else f.word("object_nouns").title()


def _bare_thing(f: Filler) -> str:
    noun = f.mix("object_nouns", 0.12)
    r = f.rng.random()
    if r < 0.33:
        return f"{f.mix('adjectives', 0.06)} {noun}"
    if r < 0.43:
        return f"{f.word('colors')} {noun}"
    if r < 0.5:
        return f"{f.word(f.rng.choice(('object_nouns', 'materials', 'place_nouns')))} {noun}"
    return f"{noun} of the {f.word('place_nouns').removeprefix('the ')}" if r < 0.53 else noun


def _thing(f: Filler) -> str:
    r = f.rng.random()
    start = "the" if r < 0.62 else "my" if r < 0.78 else "our" if r < 0.86 else f"{_firstname(f)}'s"
    if start == "my" and f.rng.random() < 0.3:
        start = f"my {f.word('relatives')}'s"
    return f"{start} {_bare_thing(f)}"


def an(noun: str) -> str:
    """The noun with its indefinite article."""
    return ("an " if noun[:1].lower() in "aeiou" else "a ") + noun


def _the_animal(f: Filler) -> str:
    noun = f.mix("animals", 0.1)
    return f.rng.choice((f"the {noun}", f"my {noun}", an(noun)))


def _place_np(f: Filler) -> str:
    noun = f.mix(f.rng.choice(("place_nouns", "place_nouns", "object_nouns", "rooms")), 0.08)
    noun = noun.removeprefix("the ")
    r = f.rng.random()
    if r < 0.4:
        noun = f"{f.word(f.rng.choice(('adjectives', 'colors')))} {noun}"
    elif r < 0.5:
        noun = f"{f.word('place_nouns')} {noun}"
    return f.rng.choice(("the", "the", "the", "the", "my", "our", an("")[:1])) + f" {noun}"


def _title(f: Filler) -> str:
    noun, other = f.word("title_nouns").title(), f.word("title_nouns").title()
    adjective = f.word("adjectives").title()
    return f.rng.choice(
        (
            f"The {adjective} {noun}",
            f"The {noun} of {f.coined()}",
            f"{adjective} {noun}",
            f"{noun} and {other}",
            f"The {noun}'s {other}",
        )
    )


def _venue(f: Filler) -> str:
    if f.rng.random() < 0.5:
        return f.word("venues")
    kind = f.rng.choice(
        "School Library Park Station Hospital Museum Hall Bridge Market Street Lane Hotel Square".split()
    )
    return f"{f.coined('surnames', 0.5)} {kind}"


def _vehicle(f: Filler) -> str:
    r = f.rng.random()
    if r < 0.55:
        return f"{f.rng.choice(('bus', 'train', 'tram', 'ferry', 'flight', 'route'))} {f.rng.randint(1, 99)}"
    return f"{f.rng.choice(('the', 'the', 'my', 'our'))} {f.mix('vehicles', 0.05)}"


def _verb_past_np(f: Filler) -> str:
    verb = f.word("verbs_past_transitive").split("/")[1]
    return f"{verb} {_place_np(f) if f.rng.random() < 0.3 else _thing(f)}"


def _value(f: Filler) -> str:
    """Anything that could stand after 'is': the open end of the language."""
    kinds = "firstname name number code color town animal food thing athing adj built built date month material title plant job".split()
    return f.draw(f.rng.choice(kinds))


def _plain(name: str, built: float) -> Callable[[Filler], str]:
    return lambda f: f.mix(name, built)


def _proper(name: str, built: float) -> Callable[[Filler], str]:
    return lambda f: f.coined(name, built)


_FILLERS: dict[str, Callable[[Filler], str]] = {
    **FIGURES,
    "person": _person,
    "firstname": _firstname,
    "name": _name,
    "built": lambda f: f.built(),
    "value": _value,
    "town": _proper("towns", 0.4),
    "country": _proper("countries", 0.15),
    "street": lambda f: f"{f.coined('surnames', 0.5)} {f.word('street_nouns')}",
    "venue": _venue,
    "place_np": _place_np,
    "thing": _thing,
    "athing": lambda f: an(_bare_thing(f)),
    "thing_s": _plain("object_nouns", 0.12),
    "things": lambda f: (f"{f.word('adjectives')} " if f.rng.random() < 0.2 else "") + f.mix("plural_nouns", 0.12),
    "adj": _plain("adjectives", 0.08),
    "color": _plain("colors", 0.08),
    "material": _plain("materials", 0.08),
    "shape": _plain("shapes", 0.08),
    "animal": _plain("animals", 0.1),
    "animals": lambda f: f"{f.mix('animals', 0.1)}s",
    "the_animal": _the_animal,
    "aanimal": lambda f: an(f.mix("animals", 0.1)),
    "food": _plain("foods", 0.12),
    "drink": _plain("drinks", 0.15),
    "plant": _plain("plants", 0.12),
    "job": _plain("jobs", 0.08),
    "ajob": lambda f: an(f.mix("jobs", 0.08)),
    "org": lambda f: f.word("orgs") if f.rng.random() < 0.6 else f"the {f.coined()} {f.word('title_nouns').title()}",
    "team": lambda f: f.word("teams") if f.rng.random() < 0.5 else f"the {f.coined()} {f.mix('plural_nouns', 0.2).title()}",
    "sport": _plain("sports", 0.08),
    "instrument": _plain("instruments", 0.08),
    "hobby": _plain("hobbies", 0.05),
    "gerund": _plain("gerund_tasks", 0.05),
    "language": _proper("languages", 0.15),
    "subject": _plain("subjects", 0.05),
    "game": _plain("games", 0.15),
    "title": _title,
    "genre": _plain("genres", 0.05),
    "vehicle": _vehicle,
    "room": lambda f: f"the {f.mix('rooms', 0.06).removeprefix('the ')}",
    "event": lambda f: f.word("events") if f.rng.random() < 0.8 else f"the {f.built()} {f.word('title_nouns')}",
    "illness": _plain("illnesses", 0.12),
    "allergen": _plain("allergens", 0.12),
    "body_part": _plain("body_parts", 0.0),
    "clothing": lambda f: an(f"{f.word('colors')} {f.mix('clothing', 0.08)}"),
    "relative": _plain("relatives", 0.0),
    "verb_past_np": _verb_past_np,
    "verb": lambda f: f.word("verbs_past_transitive"),
    "verb_at": lambda f: f.word("verbs_intransitive_place"),
    "prep": lambda f: f.rng.choice(words("prepositions_place")),
    "attribute": _plain("attributes", 0.12),
    "realm": lambda f: f.word("realms") if f.rng.random() < 0.4 else f"the {f.rng.choice(('Kingdom', 'Empire', 'Isle', 'Valley', 'Realm'))} of {f.coined()}",
    "creature": lambda f: f.mix("creatures", 0.1) if f.rng.random() < 0.5 else f"the {f.word('adjectives')} {f.mix('animals', 0.3)}",
    "planet": _proper("planets", 0.6),
    "nickname": _proper("nicknames", 0.4),
    "motto": lambda f: " ".join(f.word("mottos_words") for _ in range(f.rng.randint(2, 3))),
}  # fmt: skip


def known_types() -> frozenset[str]:
    """Slot types that frames may name."""
    return frozenset(_FILLERS)
