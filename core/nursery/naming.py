"""What a name says by the way: whoever hears of `my uncle Andrei` can say what the uncle is called, whatever he did.

In school only: such questions go with every fact in which somebody is called so, and no frame has to ask them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.nursery.told import Told
from core.nursery.words import words

_RELATIVE = re.compile(r"((?:my|our|[A-Z]\w*'s) [a-z][a-z -]*) ([A-Z]\w*)")
_TRADE = re.compile(r"(the [a-z][a-z ]*) ([A-Z]\w*)")
_CALLED = re.compile(r"(a (?:man|woman|friend)) called ([A-Z]\w*)")
_WHOLE = re.compile(r"([A-Z]\w*) ([A-Z]\w*(?: [A-Z]\w*)?)")


def asked_of(told: Sequence[Told], index: int) -> list[tuple[str, str]]:
    """Questions and answers about the people in fact `index`; none about a name or somebody that another fact speaks of, too."""
    fact, heard = told[index], " | ".join(t.statement for i, t in enumerate(told) if i != index).lower()
    people = [fact.values[slot] for slot, kind in fact.frame.slots if kind == "person"]
    every = [one for value in people if value.lower() in fact.statement.lower() for one in asks(value)]
    return [(asked, name) for asked, name, named in every if named.lower() not in heard and name.lower() not in heard]


def asks(value: str) -> Iterator[tuple[str, str, str]]:
    """Questions about what is called `value`, each with its answer and the part of `value` that it names."""
    if match := _RELATIVE.fullmatch(value) or _TRADE.fullmatch(value):
        who, name = match.groups()
        for question in (
            "What is {} called?",
            "What is the name of {}?",
            "What is {}'s name?",
            "What name does {} have?",
        ):
            yield question.format(who), name, who
        yield f"Who is {name}?", who, name
    elif match := _CALLED.fullmatch(value):
        yield f"What is the {match.group(1)[2:]} called?", match.group(2), match.group(1)[2:]
    elif (match := _WHOLE.fullmatch(value)) and match.group(1) in words("professional_titles"):
        title, name = match.groups()
        for question in ("What is the {}'s name?", "What is the {} called?", "What is the name of the {}?"):
            yield question.format(title.lower()), name, title
    elif match:
        first, last = match.groups()
        yield from ((f"What is {first}'s {kind}?", last, first) for kind in ("surname", "last name", "family name"))
        yield f"What is {last}'s first name?", first, last
