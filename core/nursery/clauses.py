"""Clauses: frames that are built from a verb, its object and what follows, in several tenses, with a question for each part.

The written frames teach topics; these teach how English asks: `Mira sold the lamp to Tom on Friday` has an answer to
who, what, to whom and when, whatever the verb. Verbs that mean the same stand on one line of `verbs.txt`, and a question
may use another of them than the statement did.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache

from core.nursery.frames import Frame, Wording, sentence
from core.nursery.verbs import Verb, forms, verbs

TOPIC = "clauses"


@dataclass(frozen=True)
class Role:
    """A part of a clause: its slots, how it stands in the sentence, and how one asks for it."""

    slots: tuple[tuple[str, str], ...]
    text: str
    asks: tuple[str, ...]  # "Where {q}": {q} is the rest of the question in question order
    answer: str
    front: bool = False  # may open the sentence


_TIMES = "yesterday|last week|this morning|last summer|two days ago|last night|three years ago|at dawn|after lunch|before breakfast|last winter|a month ago|on Christmas Eve|at the weekend|years ago"
_COMING = "tomorrow|next week|tonight|next summer|in two days|this evening|at dawn|after lunch|next year|next month|at the weekend|in an hour"
_USUAL = "every Friday|every morning|on Sundays|every day|at night|once a week|twice a month|in the winter|every summer|on Tuesdays|all day|at weekends|after work"
_REASONS = "it was broken|it was cold|the rain came|nobody else would|it was late|the door was open|the lights went out|the doctor said so|it was a gift|the bus was late|the price was low|the music was loud|the old one was lost|a friend asked|the guests were hungry|winter was coming"


def _when(kind: str, text: str, *more: str) -> Role:
    return Role((("T", kind),), text, ("When {q}", "When {q}", *more), "{T}", front=True)


_ROLES = {
    "town": Role((("P", "town"),), "in {P}", ("Where {q}", "Where {q}", "In which town {q}", "In what place {q}"), "{P}", True),
    "venue": Role((("P", "venue"),), "at {P}", ("Where {q}", "Where {q}", "At which place {q}"), "{P}", True),
    "room": Role((("P", "room"),), "in {P}", ("Where {q}", "Where {q}", "In which room {q}"), "{P}", True),
    "spot": Role((("R", "prep"), ("P", "place_np")), "{R} {P}", ("Where {q}",), "{R} {P}", True),
    "day": _when("day", "on {T}", "On which day {q}", "Which day {q}", "On what day {q}"),
    "date": _when("date", "on {T}", "On what date {q}", "What date {q}"),
    "month": _when("month", "in {T}", "In which month {q}", "What month {q}"),
    "year": _when("year", "in {T}", "In what year {q}", "Which year {q}", "What year {q}"),
    "hour": _when("time", "at {T}", "At what time {q}", "What time {q}"),
    "with": Role((("C", "person"),), "with {C}", ("Who {q} with", "With whom {q}", "Who {q} with"), "{C}"),
    "because": Role((("B", f"{{{_REASONS}}}"),), "because {B}", ("Why {q}", "Why {q}", "For what reason {q}"), "{B}"),
    "tool": Role((("I", "athing"),), "with {I}", ("What {q} with", "With what {q}", "What tool {q} with"), "{I}"),
    "for": Role((("F", "person"),), "for {F}", ("Who {q} for", "For whom {q}"), "{F}"),
    "to": Role((("F", "person"),), "to {F}", ("Who {q} to", "To whom {q}", "Who {q} to"), "{F}"),
    "from": Role((("F", "person"),), "from {F}", ("Who {q} from", "From whom {q}"), "{F}"),
    "from_place": Role((("F", "place_np"),), "from {F}", ("Where {q} from", "From where {q}"), "{F}"),
    "to_event": Role((("F", "event"),), "to {F}", ("What {q} to", "To what {q}"), "{F}"),
    "price": Role((("M", "price"),), "for {M}", ("How much {q} for", "For how much {q}", "At what price {q}"), "{M}"),
}  # fmt: skip
_PLACES, _DATES = ("town", "venue", "room", "spot"), ("day", "date", "month", "year", "hour")

# Tense: verb after "Mira" (or "I"), the helper that a question puts first, the verb form after it, passive helper.
_TENSES: dict[str, tuple[str, str, str, str]] = {
    "past": ("{past}", "did", "{base}", "was"),
    "present": ("{third}", "does", "{base}", "is"),
    "will": ("will {base}", "will", "{base}", "will be"),
    "going": ("is going to {base}", "is", "going to {base}", "is going to be"),
    "progressive": ("is {gerund}", "is", "{gerund}", "is being"),
    "perfect": ("has {participle}", "has", "{participle}", "has been"),
}
_FIRST_PERSON = {"does": "do", "is": "am", "has": "have", "{third}": "{base}", "was": "was"}


def draw(rng: random.Random) -> Frame:
    """A clause frame: a verb, one object type, one tense and up to two further parts."""
    index = rng.randrange(len(verbs()))
    verb = verbs()[index]
    tense = rng.choices(list(_TENSES), (50, 18, 8, 6, 9, 9))[0]
    times = ("past", "times", *_DATES) if tense == "past" else ()
    place, when = rng.choice(_PLACES), rng.choice(times[1:] if times else (tense, "day", "hour", "month"))
    others = [*verb.roles, *verb.roles, "with", "because" if tense == "past" else "with"]
    wanted = [place] if verb.kind == "still" else []
    pool = [when, when, *others, *([place] * 2 if verb.kind == "acts" else [])]
    for _ in range(rng.choices((0, 1, 2), (25, 45, 30))[0] if verb.kind == "acts" else rng.choice((0, 1))):
        wanted.append(rng.choice(pool))
    subject = rng.choices(("person", "I", "we", "the {S}", "creature"), (72, 9, 6, 10, 3))[0]
    kinds = verb.objects or ("",)
    return _frame(index, rng.choice(kinds), tense, subject, tuple(dict.fromkeys(wanted)))


@cache
def _frame(index: int, kind: str, tense: str, subject: str, parts: tuple[str, ...]) -> Frame:
    verb = verbs()[index]
    builder = _Builder(verb, kind, tense, subject, [_role(part) for part in parts])
    slots = builder.slots()
    return Frame(
        "_".join((verb.words[0], kind, tense, subject, *parts)),
        TOPIC,
        slots,
        says=_tidy(builder.says()),
        asks=_tidy(builder.asks()),
        reversed_asks=_tidy(builder.reversed_asks()),
        checks=_tidy(builder.checks()),
        denies=_tidy(builder.denies()),
        denotes=(),
    )


def _tidy(wordings: list[Wording]) -> tuple[Wording, ...]:
    """Single spaces, and each wording once."""
    return tuple(dict.fromkeys(replace(w, text=" ".join(w.text.split()).replace(" .", ".").replace(" ?", "?")) for w in wordings))  # fmt: skip


def _role(name: str) -> Role:
    closed = {"times": _TIMES, "will": _COMING, "going": _COMING, "present": _USUAL, "progressive": "now|today|this week|at the moment|tonight|this evening", "perfect": "this week|today|before|twice|many times|this year|three times"}  # fmt: skip
    return _when(f"{{{closed[name]}}}", "{T}") if name in closed else _ROLES[name]


class _Builder:
    """The wordings of one clause frame."""

    def __init__(self, verb: Verb, kind: str, tense: str, subject: str, roles: list[Role]):
        self.verb, self.kind, self.roles = verb, kind, roles
        self.said, self.helper, self.asked, self.passive = _TENSES[tense]
        self.is_first = subject in {"I", "we"}
        self.subject = subject if self.is_first else "the {S}" if subject == "the {S}" else "{S}"
        self.subject_kind = "job" if subject == "the {S}" else subject
        if self.is_first:
            self.said = self._first(self.said)
            self.helper = self._first(self.helper)
        self.object = {"": "", "n_things": "{N} {O}"}.get(kind, "{O}")
        if verb.kind == "move":
            self.object = "to {O}"

    def _first(self, text: str) -> str:
        head, _, tail = text.partition(" ")
        word = {"am": "are", "was": "were"}.get(w := _FIRST_PERSON.get(head, head), w) if self.subject == "we" else None
        return f"{word or _FIRST_PERSON.get(head, head)} {tail}".strip()

    def slots(self) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = [] if self.is_first else [("S", self.subject_kind)]
        if self.kind == "n_things":
            found += [("N", "number"), ("O", "things")]
        elif self.kind:
            kind = {"name_thing": "name", "animal_one": "the_animal"}.get(self.kind, self.kind)
            found.append(("O", kind))
        for role in self.roles:
            found += role.slots
        return tuple(found)

    # --- pieces --------------------------------------------------------------------------------------------------

    def _tails(self) -> tuple[str, str]:
        texts = [role.text for role in self.roles]
        return " ".join(texts), " ".join(reversed(texts))

    def _verbs(self) -> list[dict[str, str]]:
        return [forms(word) for word in self.verb.words]

    def _rest(self, form: dict[str, str], obj: str, skip: Role | None = None) -> list[str]:
        """The rest of a question after its wh-word: bare, and with the other parts named."""
        bare = f"{self.helper} {self.subject} {self.asked.format(**form)} {obj}".strip()
        others = [r.text for r in self.roles if r is not skip]
        return [bare, *(f"{bare} {text}" for text in others)]

    # --- wordings ------------------------------------------------------------------------------------------------

    def says(self) -> list[Wording]:
        found = []
        for form in self._verbs():
            said = self.said.format(**form)
            core = f"{self.subject} {said} {self.object}".strip()
            for tail in self._tails():
                found.append(Wording(f"{core} {tail}."))
            for role in self.roles:
                others = " ".join(r.text for r in self.roles if r is not role)
                if role.front:
                    found.append(Wording(f"{sentence(role.text)}, {core} {others}".strip() + "."))
            if not self.is_first:
                found.append(Wording(f"It {'was' if 'past' in self.said else 'is'} {self.subject} who {said} {self.object} {self._tails()[0]}".strip() + "."))  # fmt: skip
            found += self._passives(form)
        held = Wording(f"As it happens, {self.subject} {self.said.format(**self._verbs()[0])} {self.object} {self._tails()[1]}".strip() + ".", held_out=True)  # fmt: skip
        return [*found, held]

    def _passives(self, form: dict[str, str]) -> list[Wording]:
        if self.verb.kind != "acts" or self.is_first or "going" in self.said:
            return []
        helper = _plural(self.passive) if self.kind in {"n_things", "things", "animals"} else self.passive
        text = f"{self.object} {helper} {form['participle']} by {self.subject} {self._tails()[0]}"
        return [Wording(text.strip() + ".")]

    def asks(self) -> list[Wording]:
        found = []
        for i, form in enumerate(self._verbs()):
            found += self._object_asks(form)
            for role in self.roles:
                for pattern in role.asks:
                    for rest in self._rest(form, self.object, role)[:2]:
                        found.append(Wording(f"{pattern.replace('{q}', rest)}?", role.answer))
                if role.asks[0].startswith(("Where", "When", "Why")):
                    said = f"{role.asks[0].split()[0].lower()} {self.subject} {self.said.format(**form)} {self.object}".strip()
                    found.append(Wording(f"Do you know {said}?", role.answer))
                    found.append(Wording(f"Tell me {said}.", role.answer))
                    if not i:
                        found.append(Wording(f"Could you remind me {said}?", role.answer, held_out=True))
        return found

    def _object_asks(self, form: dict[str, str]) -> list[Wording]:
        if not self.object:
            return []
        if self.verb.kind == "move":
            rests, wh, answer = self._rest(form, ""), "Where", "{O}"
            to = [Wording(f"{wh} {rests[0]} to?", answer), Wording(f"Which place {rests[0]} to?", answer)]
            return [*(Wording(f"{wh} {rest}?", answer) for rest in rests), *to]
        wh = "Who" if self.kind == "person" else "What"
        found = [Wording(f"{wh} {rest}?", self.object) for rest in self._rest(form, "")]
        said = f"{self.subject} {self.said.format(**form)}"
        found.append(Wording(f"Do you know {wh.lower()} {said}?", self.object))
        found.append(Wording(f"Tell me {wh.lower()} {said}.", self.object))
        held = f"{wh} {'was' if 'past' in self.said else 'is'} it that {said}?"
        found.append(Wording(held, self.object, held_out=True))
        if self.kind == "n_things":
            found += [Wording(f"How many {{O}} {rest}?", "{N}") for rest in self._rest(form, "")]
        return found

    def reversed_asks(self) -> list[Wording]:
        if self.is_first:
            return []
        wh = "What" if self.subject_kind == "creature" else "Who"
        answer = self.subject
        found = []
        for form in self._verbs():
            core = f"{wh} {self.said.format(**form)} {self.object}".strip()
            ends = ["", *(f" {r.text}" for r in self.roles)]
            found += [Wording(f"{core}{end}?", answer) for end in (ends if self.object else ends[1:])]
            if self._passives(form) and wh == "Who":
                verb, _, rest = self._passive_question().partition(" ")
                text = f"{verb} {self.object} {rest} {form['participle']}".replace("  ", " ")
                found += [Wording(f"By whom {text}?", answer), Wording(f"Who {text} by?", answer)]
            if self.object and self.verb.kind == "acts":
                found.append(Wording(f"Which person {self.said.format(**form)} {self.object}?", answer, held_out=True))
        return found

    def _passive_question(self) -> str:
        return _plural(self.passive) if self.kind in {"n_things", "things", "animals"} else self.passive

    def checks(self) -> list[Wording]:
        return [
            Wording(f"{sentence(self.helper)} {self.subject} {self.asked.format(**form)} {self.object} {tail}".strip() + "?")
            for form in self._verbs()
            for tail in self._tails()
        ]  # fmt: skip

    def denies(self) -> list[Wording]:
        form = self._verbs()[0]
        return [Wording(f"{self.subject} {self.helper} not {self.asked.format(**form)} {self.object} {self._tails()[0]}".strip() + ".")]  # fmt: skip


def _plural(helper: str) -> str:
    head, _, tail = helper.partition(" ")
    plural = {"was": "were", "is": "are", "has": "have"}.get(head, head)
    return f"{plural} {tail}".strip()
