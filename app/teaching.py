"""A teacher's link: facts, seed, recipe, hidden controls and a lesson's step, as parameters of the address.

Everything in an address was written by a stranger: names are looked up in our own lists, numbers are bounded, and facts
are plain text, cleaned and limited like typed ones. What cannot be used is left out, with one sentence that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app import lessons
from core.errors import BadInput
from core.facts import example_sets, split_facts
from core.recipes import RECIPES

MAX_FACTS, MAX_CHARACTERS = 40, 4000  # of a link: browsers and chat programs cut longer addresses
MAX_SEED = 2**31 - 1
PARAMETERS = ("set", "facts", "seed", "recipe", "hide", "lesson", "step", "mode")

# What a link can hide: a name for the address, and words for the form that makes it.
CONTROLS = {
    "tell": "Boxes for facts of one's own",
    "recipe": "The choice of recipe",
    "throw-away": "Throwing the day away",
    "brains": "The drawer with other brains",
}
PAGES = {"morning": "Morning", "nights": "Nights", "weights": "Weights", "lab": "Lab", "lessons": "Lessons"}
HIDEABLE = CONTROLS | {name: f"The page {title}" for name, title in PAGES.items()}


@dataclass(frozen=True)
class Link:
    """What an address asks for. An empty one asks for nothing."""

    example: str = ""  # the title of one of our sets, in place of `facts`
    facts: tuple[str, ...] = ()
    seed: int = 0
    recipe: str = ""
    hidden: frozenset[str] = frozenset()
    lesson: str = ""
    step: int = 1  # counted from 1; one more than there are: the lesson is done
    recorded: bool = False

    @property
    def preset(self) -> tuple[str, ...]:
        """The facts to be told, whichever way they were named."""
        return tuple(example_sets()[self.example]) if self.example else self.facts


def read(parameters: Mapping[str, str]) -> tuple[Link, tuple[str, ...]]:
    """The link of an address, and a sentence for each part that cannot be used."""
    complaints: list[str] = []

    def one_of(name: str, known: Mapping[str, object]) -> str:
        text = str(parameters.get(name, ""))
        if text and text not in known:
            complaints.append(f"The link names a {name} that is not here; the usual one is used.")
        return text if text in known else ""

    lesson = one_of("lesson", lessons.LESSONS)
    steps = len(lessons.LESSONS[lesson].steps) if lesson else 0
    example = one_of("set", example_sets())
    hide = {name for name in str(parameters.get("hide", "")).split(",") if name}
    if hide - HIDEABLE.keys():
        complaints.append("The link hides something that is not here; the rest is hidden.")
    link = Link(
        example=example,
        facts=() if example else _facts(str(parameters.get("facts", "")), complaints),
        seed=_number(parameters, "seed", 0, MAX_SEED, complaints),
        recipe=one_of("recipe", RECIPES),
        hidden=frozenset(hide & HIDEABLE.keys()),
        lesson=lesson,
        step=_number(parameters, "step", 1, steps + 1, complaints) if lesson else 1,
        recorded=parameters.get("mode") == "recorded",
    )
    if link.recorded and as_recording(link) != link:
        link = as_recording(link)
        complaints.append(
            "A recording can only repeat its own day and night, so what else the link asks for is left out."
        )
    return link, tuple(complaints)


def as_recording(link: Link) -> Link:
    """What of a link a replay of the recording can do: it has facts, a recipe and a seed of its own, and one night."""
    lesson = link.lesson if link.lesson and lessons.LESSONS[link.lesson].is_recordable else ""
    plain = Link(hidden=link.hidden, lesson=lesson, recorded=True)
    return replace(plain, step=link.step) if lesson else plain


def _number(parameters: Mapping[str, str], name: str, low: int, high: int, complaints: list[str]) -> int:
    text = str(parameters.get(name, low))
    if text.isascii() and text.isdigit() and len(text) <= 10 and low <= int(text) <= high:
        return int(text)
    complaints.append(f"The {name} of this link is no whole number from {low} to {high}; {low} is used.")
    return low


def _facts(text: str, complaints: list[str]) -> tuple[str, ...]:
    if not text:
        return ()
    try:
        return check_facts(text)
    except BadInput as error:
        complaints.append(f"The facts of this link cannot be used. {error}")
        return ()


def check_facts(text: str) -> tuple[str, ...]:
    """Facts, one a line, for a link. Raises BadInput when there are none, or too many for an address."""
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"A link can carry {MAX_CHARACTERS} characters of facts; leave some out.")
    facts = split_facts(text)
    if len(facts) > MAX_FACTS:
        raise BadInput(f"A link can carry {MAX_FACTS} facts; leave some out.")
    return tuple(facts)


def write(link: Link) -> dict[str, str]:
    """The parameters that `read` takes back to the same link; those that ask for nothing are left out."""
    found = {
        "set": link.example,
        "facts": "\n".join(link.facts) if not link.example else "",
        "seed": str(link.seed) if link.seed else "",
        "recipe": link.recipe,
        "hide": ",".join(sorted(link.hidden)),
        "lesson": link.lesson,
        "step": str(link.step) if link.lesson else "",
        "mode": "recorded" if link.recorded else "",
    }
    return {name: text for name, text in found.items() if text}


def address(link: Link, server: str) -> str:
    """The whole link. It opens a fresh brain: no brain is named in it."""
    query = urlencode(write(link))
    return f"{server.rstrip('/')}/" + (f"?{query}" if query else "")
