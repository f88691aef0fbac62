"""Documents of the nursery: told facts, then restatements of them and questions about them.

A document is a list of segments (kind, text). It opens with statements, one per line, and goes on with restatements
(`S:` lines) and questions and answers (`Q:` / `A:` lines), in the very format that the engine uses later.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.nursery.frames import render, sentence
from core.nursery.world import Asked, Told, World

FACT, QUESTION, RESTATEMENT, ANSWER = 1, 2, 3, 4  # kinds of segment; the trainer weighs them differently
Segment = tuple[int, str]

_SMALL_TALK = """Good morning!|It is a lovely day.|How are you today?|Let me tell you something.|Where was I?|Thanks for listening.
|I had a long day.|Nice to meet you.|Hello there.|Let's see.|I hope this works.|That is all for now.|Ha, that is funny.|Anyway.
|I could not sleep last night.|Please keep this in mind.|One more thing.|What a week.|Okay.|Bye for now.""".replace(
    "\n", ""
).split("|")


def document(world: World, n: int, *, restate: float, past: bool = True) -> list[Segment]:
    """`n` told facts, then about 2n + 3 lines about them, of which a share `restate` says them again.

    Without `past`, no question about the deep past is mixed in.
    """
    told = world.facts(n) if n else []
    joined: list[Asked] = []
    if told and world.rng.random() < 0.3 and (hop := world.two_hop(told)):
        told.append(hop[0])
        joined.append(hop[1])
    lines = list(_lines(world, told))
    if told and world.rng.random() < 0.1:
        told, later = _corrected(world, told)
        lines.append(later)
    segments: list[Segment] = []
    for i, line in enumerate(lines):
        if world.rng.random() < 0.03 and i:
            segments.append((FACT, f" {world.rng.choice(_SMALL_TALK)}\n"))
        segments.append((FACT, f" {line}\n"))
    wanted = min(24, world.rng.randint(n + 2, 2 * n + 4))
    for _ in range(wanted):
        if joined and world.rng.random() < 0.3:
            segments += _spoken_question(joined.pop())
        elif told and world.rng.random() < restate:
            segments.append((RESTATEMENT, f"S: {_restated(world, world.rng.choice(told))}\n"))
        else:
            segments += _spoken_question(_any_question(world, told, past))
    return segments


def _lines(world: World, told: list[Told]) -> Iterator[str]:
    """The statements, a few of them two on one line."""
    rest = [t.statement for t in told]
    world.rng.shuffle(rest)
    while rest:
        line = rest.pop()
        if rest and world.rng.random() < 0.05:
            joiner = world.rng.choice((" and ", "; ", ", and ", ", but ", ". ", ". "))
            line = line.rstrip(".!") + joiner + rest.pop()
        yield line


def _corrected(world: World, told: list[Told]) -> tuple[list[Told], str]:
    """One fact told again with another last value; the later word counts, with or without an `Actually`."""
    index = world.rng.randrange(len(told))
    old = told[index]
    slot, kind = old.frame.slots[-1]
    values = old.values | {slot: world.filler.draw(kind)}
    text = sentence(render(world.wording(old.frame, "says").text, values))
    spoken = f"Actually, {text}" if world.rng.random() < 0.5 else text
    return [*told[:index], Told(old.frame, values, text), *told[index + 1 :]], spoken


def _restated(world: World, fact: Told) -> str:
    """Verbatim, or in another wording of its frame."""
    if world.rng.random() < 0.4:
        return fact.statement
    return sentence(render(world.wording(fact.frame, "denies" if fact.denied else "says").text, fact.values))


def _any_question(world: World, told: list[Told], past: bool) -> Asked:
    while True:
        r = world.rng.random()
        if not told:
            return world.past() if r < 0.72 else world.unknown(told)
        if r < 0.07 and past:
            return world.past()
        if r < 0.2:
            return world.unknown(told)
        kind = "check" if r < 0.27 else "reversed" if r < 0.46 else "ask"
        if found := world.question(told, world.rng.randrange(len(told)), kind):
            return found


def _spoken_question(asked: Asked) -> list[Segment]:
    return [(QUESTION, f"Q: {asked.question}\nA:"), (ANSWER, f" {asked.answer}\n")]
