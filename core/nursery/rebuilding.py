"""A sentence put together in another way: a part moved, somebody or something first or last, spoken of as `she` or `it`, a
note instead of a sentence, a question asked indirectly. Patterns in, patterns out: every slot stays, once, though a pronoun may stand for it besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.nursery.frames import Frame, sentence

PEOPLE = {"person", "firstname"}
_THINGS = {"thing", "vehicle", "place_np", "venue", "town", "street", "org", "room"}
_TIMES = {"day", "date", "month", "year", "time"}
_NO_CLEFT = {"and", "or", "the", "in", "has", "had"}  # after the person: two of them, or a tense that reads oddly
_HELPERS = frozenset("am is are was were do does did has have had can will would should must may and or".split())
_NO_VERBS = _HELPERS | {"of", "exactly", "just", "else", "among", "in"}  # behind `Who`
_INNER = re.compile(r"[.,:;\"?!]|\bnot\b")  # no plain sentence any more
_MOVABLE = re.compile(r"(\{S\}|I|We|The|My|Our) ((?:[^\s,.:;]+ ){3,}[^\s,.:;]+) (in|on|at) (\{\w+\})\.")
_MOVED = re.compile(r"(In|On|At) (\{\w+\}), ([^.]+)\.")
_WHAT = re.compile(
    r"What (?:is|was) (\{S\}'s [a-z ]+(?<!ed)(?<!made)(?<!from)(?<!like)(?<!worth)|the [a-z ]+ of \{\w+\})\?"
)
_WHERE = re.compile(r"(Where|Who|When|What) (is|was) (\{\w+\})\?")
_INDIRECT = re.compile(r"(?:Do you know|Tell me) ((?:what|who|where|when|why|which|how)\b[^.?]*)[.?]")
_OWNED = re.compile(r"(\{S\})'s ([a-z][a-z ]*(?:\{\w+\})?) (is|was) (\{\w+\})\.")
_OF = re.compile(r"The ([a-z][a-z ]*) of (\{\w+\}) (is|was) (\{\w+\})\.")
_DONE = re.compile(r"(\{S\}) ([a-z]+(?: [a-z]+)?) ((?:an? |the )?\{(\w+)\})\.")
_PLACED = ("in", "at", "on")

_ASKED_INDIRECTLY = """I forgot {q}.|Any idea {q}?|I wonder {q}.|Let me know {q}.|Does anybody know {q}?|Can you say {q}?|I would like to know
{q}.|Please tell me {q}.|Do you remember {q}?|Have I told you {q}?|You surely know {q}.|It would help me to know {q}.""".replace("\n", " ").split("|")  # fmt: skip
_SPOKEN_OF = """As for {S}, <she>|You know {S}? <She>|Do you remember {S}? <She>|I met {S} the other day: <she>|{S} called this morning; <she>|I was thinking
of {S}. <She>|Take {S}, for example: <she>|{S}? <She>|Speaking of {S}, <she>|We all know {S}. <She>|This is about {S}. <She>|I saw {S} on the
stairs. <She>|What about {S}? <She>|Let me tell you about {S}. <She>|A word about {S}: <she>|Say hello to {S}: <she>|I have news of {S}. <She>|There
is something about {S}: <she>|Look at {S}: <she>""".replace("\n", " ").split("|")
_OF_THINGS = """As for {S}, <she>|{S}? <She>|Speaking of {S}, <she>|This is about {S}. <She>|What about {S}? <She>|A word about {S}: <she>|Look at {S}: <she>|You know
{S}. <She>|Take {S}: <she>""".replace("\n", " ").split("|")


def ways(text: str, frame: Frame) -> list[list[str]]:
    """Other ways to put the same sentence or question of `frame` together, by what is done to it; none for most."""
    found = (_moved(text), _person_first_or_last(text, frame), _spoken_of(text, frame), _turned(text, frame), _asked_indirectly(text))  # fmt: skip
    return [way for way in map(list, found) if way]


def _moved(text: str) -> Iterator[str]:
    if (match := _MOVABLE.fullmatch(text)) and match.group(2).split()[-1] not in {*_HELPERS, "not"}:
        first, rest, where, slot = match.groups()
        subject = first if first in ("{S}", "I") else first.lower()
        yield f"{where.title()} {slot}, {subject} {rest}."
        yield f"It is {where} {slot} that {subject} {rest}."
    if match := _MOVED.fullmatch(text):
        where, slot, rest = match.groups()
        yield f"{sentence(rest)} {where.lower()} {slot}."


def _kind(frame: Frame, slot: str) -> str:
    return dict(frame.slots)[slot]


def _person_first_or_last(text: str, frame: Frame) -> Iterator[str]:
    rest = text.removeprefix("{S} ").removesuffix(".")
    is_plain = text.startswith("{S} ") and text.endswith(".") and not _INNER.search(rest)
    if is_plain and _kind(frame, "S") in PEOPLE and rest.split()[0] not in _NO_CLEFT:
        yield f"It is {{S}} who {rest}."
        yield f"{{S}} is the one who {rest}."
        yield f"The one who {rest} is {{S}}."


def _spoken_of(text: str, frame: Frame) -> Iterator[str]:
    """Named first, and then only `she`, `he` or `it`; `her`, `his` or `its` for what is theirs."""
    match = re.fullmatch(r"\{S\}('s)? (?!and |or )([^{]*(?:\{(?!S\})[^{]*)*)\.", text)
    if not match or _INNER.search(match.group(2)):
        return
    is_theirs, rest = match.groups()
    if _kind(frame, "S") in PEOPLE:
        pronoun, patterns = ("her" if is_theirs else "she"), _SPOKEN_OF
        forms = (f"{{S.{pronoun}}} {rest}.", f"{{S.{pronoun.title()}}} {rest}.")
    elif _kind(frame, "S") in _THINGS:
        said, patterns = f"{'its' if is_theirs else 'it'} {rest}.", _OF_THINGS
        forms = (said, sentence(said))
    else:
        return
    for pattern in patterns:
        yield pattern.replace("<she>", forms[0]).replace("<She>", forms[1])


def _turned(text: str, frame: Frame) -> Iterator[str]:
    """What was last comes first, or the sentence becomes a note."""
    if match := _OWNED.fullmatch(text):
        owner, what, verb, value = match.groups()
        yield from (f"The {what} of {owner} {verb} {value}.", f"{value} {verb} {owner}'s {what}.", f"{owner}'s {what}: {value}.")  # fmt: skip
        yield f"{value}: that {verb} {owner}'s {what}."
    if match := _OF.fullmatch(text):
        what, owner, verb, value = match.groups()
        yield from (f"{value} {verb} the {what} of {owner}.", f"{sentence(what)} of {owner}: {value}.", f"{owner}'s {what}: {value}.")  # fmt: skip
    match = _DONE.fullmatch(text)
    if match and match.group(4) != "S" and match.group(2).split()[0] not in {*_HELPERS, "not"}:
        who, verb, what, slot = match.groups()
        is_person, last = _kind(frame, slot) in PEOPLE, verb.split()[-1]
        if last in _PLACED:
            yield f"{what} is {'when' if _kind(frame, slot) in _TIMES else 'where'} {who} {verb.rsplit(' ', 1)[0]}."
        elif is_person:
            yield from (f"The one that {who} {verb} is {what}.", f"{what} is the one that {who} {verb}.")
        else:
            yield from (f"What {who} {verb} is {what}.", f"{what} is what {who} {verb}.", f"The thing that {who} {verb} is {what}.")  # fmt: skip


def _asked_indirectly(text: str) -> Iterator[str]:
    first, _, rest = text.partition(" ")
    if first == "Who" and rest.split()[0] not in _NO_VERBS and rest.endswith("?"):
        yield from (f"Who is the one who {rest}", f"Who is it who {rest}", f"Do you know who {rest}", f"Tell me who {rest[:-1]}.")  # fmt: skip
    if match := _WHAT.fullmatch(text):
        yield from (f"Do you know {match.group(1)}?", f"Tell me {match.group(1)}.", f"I would like to know {match.group(1)}.")  # fmt: skip
    if match := _WHERE.fullmatch(text):
        wh, verb, slot = match.groups()
        yield from (f"Tell me {wh.lower()} {slot} {verb}.", f"Do you know {wh.lower()} {slot} {verb}?")
    if match := _INDIRECT.fullmatch(text):
        yield from (pattern.replace("{q}", match.group(1)) for pattern in _ASKED_INDIRECTLY)
