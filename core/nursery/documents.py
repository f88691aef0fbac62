"""Documents of the nursery: told facts, and lines that follow them, each on its own.

A document opens with statements, one per line. After them come questions with answers (`Q:` / `A:` lines) and
restatements (`S:` lines), in the very format that the engine uses later, and as there each of them stands alone behind
the statements: none sees another one's answer. Some see the statements of one line only, or of all lines but one, as
when a single memory is read out of the cache, or dropped from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.nursery.frames import sentence
from core.nursery.spoken import lowered
from core.nursery.told import Asked, Told
from core.nursery.world import World
from core.values import UNKNOWN

ALONE, WITHOUT = 0.22, 0.04  # share of lines that see one told line only, or all but one

_SMALL_TALK = """Good morning!|It is a lovely day.|How are you today?|Let me tell you something.|Where was I?|Thanks for listening.
|I had a long day.|Nice to meet you.|Hello there.|Let's see.|I hope this works.|That is all for now.|Ha, that is funny.|Anyway.
|I could not sleep last night.|Please keep this in mind.|One more thing.|What a week.|Okay.|Bye for now.""".replace(
    "\n", ""
).split("|")


@dataclass(frozen=True)
class Saying:
    """A line that follows the told ones. `sees`: numbers of the told lines in view; None for all of them.

    `wonders`: a question that the model should come to ask itself, as in dreams. One about what is not in view is only
    to be answered.
    """

    prompt: str
    answer: str
    sees: frozenset[int] | None = None
    wonders: bool = True

    @property
    def is_question(self) -> bool:
        return bool(self.prompt)


@dataclass(eq=False)
class Document:
    """`lines` as they were told; `about` (per line): which of the facts stand on it."""

    world: World
    told: list[Told] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    about: list[tuple[int, ...]] = field(default_factory=list)
    joined: list[Asked] = field(default_factory=list)  # two-hop questions
    corrected: set[int] = field(default_factory=set)  # facts that stand on an earlier line with another value

    def sayings(self, *, restate: float, past: bool = True) -> Iterator[Saying]:
        """Lines about this document without end, of which a share `restate` says something told again.

        Without `past`, no question about the deep past is mixed in.
        """
        rng = self.world.rng
        whole = [i for i, about in enumerate(self.about) if about and not self.corrected & set(about)]
        while True:
            r = rng.random()
            if self.told and rng.random() < restate:
                yield Saying("", f"S: {_restated(self.world, rng.choice(self.told))}\n")
            elif self.joined and rng.random() < 0.06:
                yield _spoken(rng.choice(self.joined))
            elif whole and len(self.lines) > 1 and r < ALONE + WITHOUT:
                line = rng.choice(whole)
                yield self._alone(line) if r < ALONE else self._without(line)
            else:
                asked = _any_question(self.world, self.told, past)
                yield _spoken(asked, wonders=not self.told or asked.fact is not None)

    def _alone(self, line: int) -> Saying:
        """With one line in view: a question about it, or about something that stands on another line."""
        seen = [self.told[i] for i in self.about[line]]
        others = [i for i in range(len(self.told)) if i not in self.about[line] and not _may_answer(seen, self.told[i])]
        r, sees = self.world.rng.random(), frozenset({line})
        if others and r < 0.2 and (asked := self.world.question(self.told, self.world.rng.choice(others))):
            return _spoken(asked, UNKNOWN, sees, wonders=False)
        asked = _any_question(self.world, seen, past=False)
        return _spoken(asked, sees=sees, wonders=asked.fact is not None)

    def _without(self, line: int) -> Saying:
        """With one line out of view: a question about it, which nothing else answers."""
        sees = frozenset(range(len(self.lines))) - {line}
        left = [t for i, t in enumerate(self.told) if i not in self.about[line]]
        fact = self.world.rng.choice(self.about[line])
        asked = None if _may_answer(left, self.told[fact]) else self.world.question(self.told, fact)
        if asked is None:
            return _spoken(_any_question(self.world, left, past=False), sees=sees, wonders=False)
        return _spoken(asked, UNKNOWN, sees, wonders=False)


def document(world: World, n: int) -> Document:
    """A document of `n` told facts; now and then one more that makes a two-hop question, or corrects an earlier one."""
    found = Document(world, world.facts(n) if n else [])
    if found.told and world.rng.random() < 0.3 and (hop := world.two_hop(found.told)):
        found.told.append(hop[0])
        found.joined.append(hop[1])
    for text, about in _lines(world, found.told):
        if world.rng.random() < 0.03 and found.lines:
            found.lines.append(world.rng.choice(_SMALL_TALK))
            found.about.append(())
        found.lines.append(text)
        found.about.append(about)
    steps = {place for asked in found.joined for place in (asked.fact, len(found.told) - 1)}
    free = [index for index, fact in enumerate(found.told) if index not in steps and _can_be_corrected(fact)]
    if free and world.rng.random() < 0.12:
        index = world.rng.choice(free)
        corrected, later = _corrected(world, found.told[index])
        found.told[index] = corrected
        found.corrected.add(index)
        found.lines.append(later)
        found.about.append((index,))
    return found


def _lines(world: World, told: list[Told]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The statements, a few of them two on one line, each with the facts that it tells."""
    rest = list(range(len(told)))
    world.rng.shuffle(rest)
    while rest:
        index = rest.pop()
        line = told[index].statement
        about: tuple[int, ...] = (index,)
        if rest and world.rng.random() < 0.05:
            joiner = world.rng.choice((" and ", "; ", ", and ", ", but ", ". ", ". "))
            other = rest.pop()
            about = (index, other)
            more = told[other].statement
            line = line.rstrip(".!") + joiner + (more if joiner == ". " else lowered(more))
        yield line, about


def _can_be_corrected(fact: Told) -> bool:
    """Does another last value take the place of this one? One can own two things; and with one slot another is meant."""
    return len(fact.frame.slots) > 1 and fact.frame.slots[-1][1] not in {"things", "athing", "venue"}


def _corrected(world: World, old: Told) -> tuple[Told, str]:
    """The fact told again with another last value; the later word counts, with or without an `Actually`."""
    slot, kind = old.frame.slots[-1]
    values = old.values | {slot: world.filler.draw(kind)}
    text = sentence(world.render(world.wording(old.frame, "says").text, values))
    spoken = f"Actually, {lowered(text)}" if world.rng.random() < 0.5 else text
    return Told(old.frame, values, text), spoken


def _restated(world: World, fact: Told) -> str:
    """Verbatim, or in another wording of its frame."""
    if world.rng.random() < 0.4:
        return fact.statement
    return sentence(world.render(world.wording(fact.frame, "denies" if fact.denied else "says").text, fact.values))


def _may_answer(seen: list[Told], fact: Told) -> bool:
    """Could something in view answer a question about `fact`? When in doubt, yes."""
    values = set(fact.values.values())
    return any(t.frame is fact.frame or values & set(t.values.values()) for t in seen)


def _any_question(world: World, told: list[Told], past: bool) -> Asked:
    while True:
        r = world.rng.random()
        if not told:
            return world.past() if r < 0.72 and past else world.unknown(told)
        if r < 0.07 and past:
            return world.past()
        if r < 0.2:
            return world.unknown(told)
        kind = "check" if r < 0.27 else "reversed" if r < 0.46 else "ask"
        if found := world.question(told, world.rng.randrange(len(told)), kind):
            return found


def _spoken(
    asked: Asked, answer: str | None = None, sees: frozenset[int] | None = None, *, wonders: bool = True
) -> Saying:
    return Saying(f"Q: {asked.question}\nA:", f" {answer or asked.answer}\n", sees, wonders)
