"""The small English that the built-in model is raised on: facts that are told, and questions about them.

Everything is drawn from `frames/`, `for_school/` and `lexicon/` with one `random.Random`; the same seed gives the same world.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from core.nursery import clauses, framing, naming
from core.nursery.everyday import of_theirs
from core.nursery.fillers import Filler
from core.nursery.frames import Frame, Wording, load_frames, render, sentence, slots_in
from core.nursery.near import near
from core.nursery.rewording import reworded
from core.nursery.spoken import as_asked, as_told, shorter
from core.nursery.told import Asked, Told
from core.nursery.words import with_articles
from core.values import UNKNOWN

DEEP_PAST = Path(__file__).parent / "deep_past.txt"

NAMED = 0.05  # share of school's questions that are about what somebody is called, whatever was told of them
# Behind these stands a name; "bus the number of the guests" says nothing.
_BEFORE_NAMES = re.compile(
    r"\b(the|an?|my|our|bus|flight|train|tram|platform|captain|project|trail|river) \{S\}", re.IGNORECASE
)
_ANY_TOPIC = {"open", clauses.TOPIC}  # two of these with a filling in common could answer each other's questions


@cache
def deep_past() -> tuple[tuple[tuple[str, ...], str], ...]:
    """(question wordings, answer) of every world fact that the model is raised to know."""
    lines = DEEP_PAST.read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if line.strip() and not line.startswith("#")]
    return tuple((tuple(row[:-1]), row[-1]) for row in rows)


class World:
    """Draws facts and questions. `exam=True` uses only held-out words, and held-out wordings too
    unless `known_wordings`."""

    def __init__(self, rng: random.Random, *, exam: bool = False, known_wordings: bool = False):
        self.rng = rng
        self.held_out = exam and not known_wordings
        self.filler = Filler(rng, exam=exam)
        frames = [f for f in load_frames() if not (exam and f.school)]
        self.open = [f for f in frames if f.topic == "open"]
        self.closed = [f for f in frames if f.topic != "open"]

    # --- telling -----------------------------------------------------------------------------------------------

    def frame(self) -> Frame:
        r = self.rng.random()
        return clauses.draw(self.rng) if r < 0.28 else self.rng.choice(self.open if r < 0.45 else self.closed)

    def facts(self, n: int, *, denied: float = 0.04, plain: bool = False) -> list[Told]:
        """`n` facts that do not contradict each other. A few share a frame or a subject, so that both must be read."""
        told: list[Told] = []
        frames = [self.frame() for _ in range(max(1, int(n * self.rng.uniform(0.4, 1.3))))]
        while len(told) < n:
            frame = self.rng.choice(frames)
            values = self._values(frame, told)
            if self._clashes(frame, values, told):
                frames.append(self.frame())
                continue
            is_denied = bool(frame.denies) and self.rng.random() < denied
            text = sentence(self.render(self.wording(frame, "denies" if is_denied else "says").text, values))
            told.append(Told(frame, values, text if plain else self._told(text), is_denied))
        return told

    def _told(self, text: str) -> str:
        return as_told(text, self.rng) if self.filler.exam else framing.told(text, self.filler)

    def _asked(self, text: str) -> str:
        return sentence(as_asked(text, self.rng)) if self.filler.exam else framing.asked(text, self.filler)

    def _values(self, frame: Frame, told: list[Told]) -> dict[str, str]:
        """Fill the slots; now and then with something that was already spoken of, or (in school) nearly so."""
        values = {slot: self.filler.draw(kind) for slot, kind in frame.slots}
        if not self.filler.exam:
            values |= {slot: of_theirs(self.filler, values[slot]) for slot, _ in frame.slots[1:]}
        kin = [t for t in told if t.frame is frame and not self.filler.exam]
        if kin and (r := self.rng.random()) < 0.4:
            slot, kind = frame.slots[0] if r < 0.15 else self.rng.choice(frame.slots)
            was = self.rng.choice(kin).values[slot]
            if r < 0.15:
                values[slot] = near(self.filler, kind, was)
            elif len(frame.slots) > 2:
                values[slot] = was  # only all that a question names, together, tells the two apart
        slot, kind = frame.slots[0]
        used = [t.subject for t in told if t.frame.slots[0][1] == kind and t.frame is not frame]
        if used and self.rng.random() < 0.25:
            values[slot] = self.rng.choice(used)
        return values

    def _clashes(self, frame: Frame, values: dict[str, str], told: list[Told]) -> bool:
        """Might a question about this fact have two answers? Same frame with a shared filling, or two slots alike.

        In school, two facts of one frame may have one of three fillings in common: not all can then be asked.
        """
        mine = list(values.values())
        if len(set(mine)) < len(mine):
            return True
        for other in told:
            shared = set(mine) & set(other.values.values())
            if shared and other.frame is frame:
                if self.filler.exam or len(shared) > 1 or len(frame.slots) < 3:
                    return True
            elif shared and {frame.topic, other.frame.topic} <= _ANY_TOPIC:
                return True
            if frame.slots[0][0] != "S" and other.frame is frame:
                return True  # first-person frames have no subject to tell two of them apart
        return False

    def wording(self, frame: Frame, kind: str) -> Wording:
        """One wording of a kind, held-out ones for the exam only."""
        return self._varied(self.rng.choice(self._pick(frame, kind)), frame)

    def _pick(self, frame: Frame, kind: str) -> tuple[Wording, ...]:
        return frame.pick(kind, held_out=self.held_out, school=not self.filler.exam)

    def _varied(self, wording: Wording, frame: Frame) -> Wording:
        """In school, now and then, the same in other words."""
        return wording if self.filler.exam else reworded(wording, frame, self.rng)

    def render(self, pattern: str, values: dict[str, str]) -> str:
        """The pattern filled. In school an article goes by what it stands before; the exam's draws stay as measured."""
        return render(pattern, values) if self.filler.exam else with_articles(render(pattern, values))

    # --- asking ------------------------------------------------------------------------------------------------

    def question(self, told: list[Told], index: int, kind: str = "ask") -> Asked | None:
        """A question of `kind` about fact `index`, or None when its frame has none."""
        fact = told[index]
        if kind == "check":
            return self._check(told, index)
        if fact.denied:
            return None
        is_named = kind == "ask" and not self.filler.exam and self.rng.random() < NAMED
        if is_named and (found := naming.asked_of(told, index)):
            text, answer = self.rng.choice(found)
            return Asked(self._asked(text), fact.as_spelt(answer), kind, index)
        name = "asks" if kind == "ask" else "reversed_asks"
        choices = [w for w in self._pick(fact.frame, name) if slots_in(w.answer) <= set(fact.values)]
        if not choices:
            return None
        wording = self.rng.choice(choices)
        if not self._is_pointed(wording, fact, told, index):
            return None
        values = self._as_referred(fact, told, index, slots_in(wording.text))
        question = self._asked(self.render(self._varied(wording, fact.frame).text, values))
        return Asked(question, fact.as_spelt(self.render(wording.answer, fact.values)), kind, index)

    def _is_pointed(self, wording: Wording, fact: Told, told: list[Told], index: int) -> bool:
        """False when another fact of this frame agrees on all that the question names, so that two answers fit."""
        named, others = slots_in(wording.text), (t for i, t in enumerate(told) if i != index and t.frame is fact.frame)
        return not any(all(other.values[s] == fact.values[s] for s in named) for other in others)

    def _as_referred(self, fact: Told, told: list[Told], index: int, named: set[str]) -> dict[str, str]:
        """How a question refers to things: now and then shorter than the statement did, where that stays clear."""
        values = dict(fact.values)
        others = " | ".join(t.statement for i, t in enumerate(told) if i != index)
        for slot, kind in fact.frame.slots:
            if slot in named and self.rng.random() < 0.25 and kind in {"person", "thing", "place_np"}:
                short = shorter(values[slot], kind, self.rng)
                if short and short.removeprefix("the ") not in others:
                    values[slot] = short
        return values

    def _check(self, told: list[Told], index: int) -> Asked | None:
        """A yes/no question; `no` by another value of the same type, or because the statement denied just that."""
        fact = told[index]
        if not fact.frame.checks:
            return None
        text = self.wording(fact.frame, "checks").text
        named = [(slot, kind) for slot, kind in fact.frame.slots if slot in slots_in(text)]
        if fact.denied:
            is_denied = {slot for slot, _ in named} == {slot for slot in fact.values if fact.speaks_of(slot)}
            return Asked(self._asked(self.render(text, fact.values)), "no", "check", index) if is_denied else None
        values, told_of = dict(fact.values), [(slot, kind) for slot, kind in named if slot != "S"]
        is_true = not told_of or self.rng.random() < 0.5
        if not is_true:
            slot, kind = told_of[-1]
            values[slot] = near(self.filler, kind, fact.values[slot])
            if any(t.frame is fact.frame and all(t.values[s] == values[s] for s, _ in named) for t in told):
                return None  # that was told, too
        return Asked(self._asked(self.render(text, values)), "yes" if is_true else "no", "check", index)

    def unknown(self, told: list[Told]) -> Asked:
        """A question that nothing told answers: another subject, a told subject asked about something else, or (every
        second one) a neighbour of what was told."""
        if self.rng.random() < 0.5 and (found := self.neighbour(told)):
            return found
        while True:
            about = self.rng.choice(told) if told and self.rng.random() < 0.75 else None
            frame = about.frame if about and self.rng.random() < 0.6 else self.frame()
            values = {slot: self.filler.draw(kind) for slot, kind in frame.slots}
            first, kind = frame.slots[0]
            if about and frame is not about.frame and about.frame.slots[0][1] == kind:
                values[first] = about.subject
            clash = any(t.frame is frame and set(t.values.values()) & set(values.values()) for t in told)
            asks = self._pick(frame, self.rng.choice(("asks", "asks", "asks", "reversed_asks")))
            if (frame.slots[0][0] != "S" and any(t.frame is frame for t in told)) or clash or not asks:
                continue
            wording = self._varied(self.rng.choice(asks), frame)
            if not slots_in(wording.text) and any(t.frame is frame for t in told):
                continue  # it names nothing, so what was told may answer it
            return Asked(self._asked(self.render(wording.text, values)), UNKNOWN, "unknown")

    def neighbour(self, told: list[Told]) -> Asked | None:
        """A told question with one of the things that it names exchanged, often for one with a similar name."""
        facts = [t for t in told if not t.denied]
        everything = " | ".join(t.statement for t in told).lower()
        for _ in range(4 if facts else 0):
            fact = self.rng.choice(facts)
            asks = self._pick(fact.frame, self.rng.choice(("asks", "asks", "asks", "reversed_asks")))
            pairs = [(w, slot) for w in asks for slot in fact.frame.slots if slot[0] in slots_in(w.text)]
            if not pairs:
                continue
            wording, (slot, kind) = self.rng.choice(pairs)
            value = near(self.filler, kind, fact.values[slot])
            is_short_form = set(value.lower().split()) <= set(fact.values[slot].lower().split())
            if is_short_form or value.split("/")[0].lower() in everything:
                continue
            text = self.render(self._varied(wording, fact.frame).text, fact.values | {slot: value})
            return Asked(self._asked(text), UNKNOWN, "neighbour")
        return None

    def two_hop(self, told: list[Told]) -> tuple[Told, Asked] | None:
        """A further fact about the value of a told one, and the question that joins both."""
        bridges = [(i, t) for i, t in enumerate(told) if t.frame.denotes and not t.denied]
        if not bridges:
            return None
        index, first = self.rng.choice(bridges)
        kind = first.frame.slots[-1][1]
        kinds = {"person", "firstname"} if kind in {"person", "firstname"} else {kind}
        seconds = [f for f in self.closed + self.open if f.slots[0][0] == "S" and f.slots[0][1] in kinds]
        if not seconds:
            return None
        frame = self.rng.choice(seconds)
        values = {slot: self.filler.draw(k) for slot, k in frame.slots} | {"S": list(first.values.values())[-1]}
        asks = [w for w in self._pick(frame, "asks") if "{S}" in w.text and "{S}" not in w.answer]
        asks = [w for w in asks if not _BEFORE_NAMES.search(w.text)]
        if not asks or self._clashes(frame, values, told):
            return None
        second = Told(frame, values, sentence(self.render(self.wording(frame, "says").text, values)))
        ask = self.rng.choice(asks)
        phrase = self.render(self.rng.choice(first.frame.denotes).text, first.values)
        question = self.render(self._varied(ask, frame).text, values | {"S": phrase})
        return second, Asked(sentence(question), self.render(ask.answer, values), "two_hop", index)

    def past(self) -> Asked:
        """A question about the deep past, any of its wordings."""
        questions, answer = self.rng.choice(deep_past())
        return Asked(self.rng.choice(questions), answer, "deep_past")
