"""Clauses: frames that are built from a verb, its object and what follows, in several tenses, with a question for each part.

The written frames teach topics; these teach how English asks: `Mira sold the lamp to Tom on Friday` has an answer to
who, what, to whom and when, whatever the verb. Verbs that mean the same stand on one line of `verbs.txt`, and a question
may use another of them than the statement did.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from core.nursery.frames import Frame, Wording, sentence
from core.nursery.roles import Role, role_named
from core.nursery.verbs import Verb, forms, verbs

TOPIC = "clauses"


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
    builder = _Builder(verb, kind, tense, subject, [role_named(part) for part in parts])
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
        parts = ", ".join(filter(None, (core, *(r.text for r in self.roles)))) if self.roles else ""
        found += [Wording(f"{parts}.", school=True)] if parts else []
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
                    wh = role.asks[0].split()[0].lower()
                    found.append(Wording(f"{sentence(said.removeprefix(f'{wh} '))} {wh}?", role.answer, school=True))
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
        found.append(Wording(f"{sentence(said)} {wh.lower()}?", self.object, school=True))
        found += [Wording(f"{wh} exactly {rest}?", self.object, school=True) for rest in self._rest(form, "")]
        if wh == "What":
            found += [Wording(f"Which thing {rest}?", self.object, school=True) for rest in self._rest(form, "")[:1]]
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
            found += self._other_reversed_asks(core, ends if self.object else ends[1:], answer)
            if self._passives(form) and wh == "Who":
                verb, _, rest = self._passive_question().partition(" ")
                text = f"{verb} {self.object} {rest} {form['participle']}".replace("  ", " ")
                found += [Wording(f"By whom {text}?", answer), Wording(f"Who {text} by?", answer)]
            if self.object and self.verb.kind == "acts":
                found.append(Wording(f"Which person {self.said.format(**form)} {self.object}?", answer, held_out=True))
        return found

    @staticmethod
    def _other_reversed_asks(core: str, ends: Sequence[str], answer: str) -> list[Wording]:
        wh, _, rest = core.partition(" ")
        heads = ("Who was it that", "Name the one who", "Whose name goes with this: who", "Who of them all") if wh == "Who" else ("What was it that", "Which creature")  # fmt: skip
        return [
            Wording(f"{head} {rest}{end}{'.' if head.startswith('Name') else '?'}", answer, school=True)
            for head in heads
            for end in ends
        ]

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
