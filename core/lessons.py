"""Lessons: some tokens, what the teacher would say at each of them, and a mask of which positions count.

Dreams, restatements, rehearsal and the naive control differ only in where the tokens come from and what the teacher
knew. The teacher is the brain with (part of) its cache; the student will be the same brain without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from core.cache import Day, new_day, read
from core.models import Base
from core.neighbours import other_statement
from core.randomness import generator, python_random
from core.recipes import Recipe
from core.speaking import EMPTY_VIEW, View, line, speak, target_log_probs
from core.text import normalise
from core.values import UNKNOWN, Dream, Fact

FACTS_AT_A_TIME = 4  # one tick of progress, and one chance to cancel, per so many facts
_NEVER = -1e9  # log-probability of what a one-hot teacher excludes


@dataclass(frozen=True, eq=False)
class Lesson:
    """`tokens` (T,) as the student reads them from an empty cache; `teacher` (n, V) log-probs at its last n tokens, which
    are those that count."""

    tokens: tuple[int, ...]
    teacher: torch.Tensor
    source: str  # dreams | rehearsal | statements
    question: str = ""  # normalised; empty when it is no question


@dataclass(frozen=True)
class Asking:
    """A question in a view, and the greedy answer with its closing newline. Token ids."""

    view: View
    question: str
    answer: str
    prompt: tuple[int, ...]
    target: tuple[int, ...]
    fact: int | None


@dataclass(frozen=True, eq=False)
class Dreamt:
    """What came of dreaming: the lessons, the journal (kept or not), and the askings behind the lessons."""

    lessons: list[Lesson]
    dreams: list[Dream]
    kept: list[Asking]


class Dreamer:
    """Draws dreams and turns them into lessons. Changes nothing: it reads the brain's cache and weights."""

    def __init__(self, base: Base, model: torch.nn.Module, recipe: Recipe):
        self.base, self.model, self.recipe = base, model, recipe

    def source_day(self, day: Day) -> Day:
        """Where memories are read out of: the live cache itself, or for `reread` and `placebo` one that is made anew from
        the words that went into it."""
        if self.recipe.lessons_from == "cache" and not self.recipe.reread:
            return day
        fresh = new_day(self.base)
        for fact in day.facts:
            text = " ".join(self.base.decode([day.tokens[i] for i in day.entries_of(fact.number)]).split())
            if self.recipe.lessons_from == "placebo":
                text = other_statement(text, python_random(self.recipe.seed, "placebo", fact.number))
            read(self.base, self.model, fresh, fact, self.base.statement_ids(text))
        return fresh

    def questions(self, view: View, opening: Sequence[int], count: int, label: str, temperature: float) -> list[str]:
        """`count` sampled lines that go on from `opening`; only well-formed questions come back, each once."""
        return self._questions([(view, tuple(opening), None)] * count, label, temperature)[0]

    def _questions(
        self, openings: Sequence[tuple[View, tuple[int, ...], int | None]], label: str, temperature: float
    ) -> tuple[list[str], list[int]]:
        """Distinct well-formed questions, and for each the index of the opening it came from."""
        lines = [line(self.base, view, opening) for view, opening, _ in openings]
        rng = generator(self.recipe.seed, label)
        spoken = speak(self.base, self.model, lines, temperature=temperature, generator=rng, max_tokens=32)
        seen: set[tuple[int | None, str]] = set()
        questions, origins = [], []
        for i, ((_, opening, fact), said) in enumerate(zip(openings, spoken, strict=True)):
            text = self.base.decode([*opening, *said.ids]).removeprefix("Q:").strip()
            key = (fact, normalise(text))
            if text.endswith("?") and key not in seen:
                seen.add(key)
                questions.append(text)
                origins.append(i)
        return questions, origins

    def askings(self, views: Sequence[View], questions: Sequence[str], facts: Sequence[int | None]) -> list[Asking]:
        """Each question answered greedily in its own view."""
        prompts = [line(self.base, v, self.base.question_ids(q)) for v, q in zip(views, questions, strict=True)]
        spoken = speak(self.base, self.model, prompts)
        askings = []
        for view, question, fact, said in zip(views, questions, facts, spoken, strict=True):
            answer = self.base.decode(said.ids).strip()
            target = tuple(self.base.answer_ids(answer))
            askings.append(Asking(view, question, answer, tuple(self.base.question_ids(question)), target, fact))
        return askings

    def teach(self, askings: Sequence[Asking], views: Sequence[View], source: str) -> list[Lesson]:
        """Lessons whose teacher is the brain as it is, seeing `views`; the student reads them from an empty window."""
        lines = [line(self.base, v, a.prompt) for v, a in zip(views, askings, strict=True)]
        teachers = target_log_probs(self.base, self.model, lines, [a.target for a in askings])
        return [
            Lesson((self.base.sink, *a.prompt, *a.target), t, source, normalise(a.question))
            for a, t in zip(askings, teachers, strict=True)
        ]

    # --- what a night is made of ---------------------------------------------------------------------------------

    def dream(self, day: Day) -> Iterator[Dreamt]:
        """Memories read out one at a time: questions sampled with one fact's entries in view, answered in that view.

        Yields what came of a few facts at a time. A dream is kept when the cache adds to its answer:
        KL(with ‖ without), summed over the answer, in nats.
        """
        for start in range(0, len(day.facts), FACTS_AT_A_TIME):
            numbers = [f.number for f in day.facts[start : start + FACTS_AT_A_TIME]]
            yield self._dream_about(day, numbers)

    def _dream_about(self, day: Day, numbers: Sequence[int]) -> Dreamt:
        opening = tuple(self.base.ask_ids)
        openings = [(day.alone(n), opening, n) for n in numbers for _ in range(self.recipe.dreams_per_fact)]
        questions, origins = self._questions(openings, f"dream/{numbers[0]}", self.recipe.dream_temperature)
        askings = self.askings([openings[i][0] for i in origins], questions, [openings[i][2] for i in origins])
        taught = self.teach(askings, [a.view for a in askings], "dreams")
        alone = self.teach(askings, [EMPTY_VIEW] * len(askings), "dreams")
        found = Dreamt([], [], [])
        for asking, lesson, without in zip(askings, taught, alone, strict=True):
            gap = float((lesson.teacher.exp() * (lesson.teacher - without.teacher)).sum())
            reason = self._why_not(asking, gap)
            found.dreams.append(Dream(asking.question, asking.answer, asking.fact, "replay", gap, not reason, reason))
            if not reason:
                found.lessons.append(lesson)
                found.kept.append(asking)
        return found

    def _why_not(self, asking: Asking, gap: float) -> str:
        if not asking.answer:
            return "no answer came"
        if asking.answer == UNKNOWN:
            return "the memory does not say"
        return "" if gap >= self.recipe.min_gap_nats else "the cache adds nothing to it"

    def rehearse(self, kept: Sequence[Asking]) -> tuple[list[Lesson], list[Dream]]:
        """What the brain says with an empty window, so that it goes on saying it: free dreams (the deep past and older
        nights), and lookalikes, which begin like a kept dream but go on about somebody else."""
        free = self.questions(EMPTY_VIEW, self.base.ask_ids, self.recipe.rehearsals, "rehearse", 1.0)
        like = self._lookalikes(kept)
        taken = {normalise(a.question) for a in kept}
        questions = [q for q in dict.fromkeys([*free, *like]) if normalise(q) not in taken]
        if not questions:
            return [], []
        empty = [EMPTY_VIEW] * len(questions)
        askings = self.askings(empty, questions, [None] * len(questions))
        dreams = [Dream(a.question, a.answer, None, "rehearsal", 0.0, True) for a in askings]
        return self.teach(askings, empty, "rehearsal"), dreams

    def _lookalikes(self, kept: Sequence[Asking]) -> list[str]:
        """Questions cut where the cache begins to speak (the name of the thing), and continued with an empty window."""
        per_dream = self.recipe.lookalikes_per_fact
        if not per_dream or not kept:
            return []
        bodies = [a.prompt[len(self.base.ask_ids) :] for a in kept]
        opening = tuple(self.base.ask_ids)
        seen = target_log_probs(self.base, self.model, [line(self.base, a.view, opening) for a in kept], bodies)
        unseen = target_log_probs(self.base, self.model, [line(self.base, EMPTY_VIEW, opening) for _ in kept], bodies)
        openings: list[tuple[View, tuple[int, ...], int | None]] = []
        for body, with_cache, without in zip(bodies, seen, unseen, strict=True):
            ids = torch.tensor(body)[:, None]
            gain = (with_cache.gather(1, ids) - without.gather(1, ids))[:, 0]
            cut = int((gain > 2.0).float().argmax())
            if cut > 0:
                openings.append((EMPTY_VIEW, (*opening, *body[:cut]), None))
        rng = python_random(self.recipe.seed, "lookalike")
        facts = len({a.fact for a in kept})
        wanted = per_dream * facts
        chosen = [rng.choice(openings) for _ in range(wanted)] if openings else []
        return self._questions(chosen, "lookalike", 1.0)[0] if chosen else []

    def cram(self, facts: Sequence[Fact]) -> list[Lesson]:
        """The naive control: the typed sentences, each next token one-hot."""
        lessons = []
        for fact in facts:
            ids = self.base.statement_ids(fact.statement)
            teacher = torch.full((len(ids), int(self.base.config.vocab_size)), _NEVER)
            teacher[range(len(ids)), ids] = 0.0
            lessons.append(Lesson((self.base.sink, *ids), teacher, "statements"))
        return lessons
