"""The dreamer: the brain with its cache, which asks itself about its memories, answers, and teaches what it said.

It reads the brain's cache and weights and changes neither; all that it draws comes from the recipe's seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from core.cache import Day, new_day, read
from core.lessons import Lesson, Said, one_hot, sureness
from core.lines import EMPTY_VIEW, View, line
from core.models import Base
from core.neighbours import other_statement
from core.openings import Ids, lent, opened
from core.precision import fastest
from core.randomness import generator, python_random
from core.recipes import Recipe
from core.speaking import speak, target_log_probs
from core.text import normalise
from core.values import UNKNOWN, Dream, DreamSource, Fact

FACTS_AT_A_TIME = 4  # one tick of progress, and one chance to cancel, per so many facts


@dataclass(frozen=True, eq=False)
class Dreamt:
    """What came of dreaming: the lessons, the journal (kept or not), what was said behind the lessons, and good dreams
    that were set aside for the gate."""

    lessons: list[Lesson] = field(default_factory=list)
    dreams: list[Dream] = field(default_factory=list)
    kept: list[Said] = field(default_factory=list)
    aside: list[Said] = field(default_factory=list)


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
        """`count` lines that the raised model, nights off, goes on with from `opening`; well-formed questions, each once.

        With its nights on it would come to speak of them more and more, and of the deep past less and less.
        """
        return self.questions_from([(view, tuple(opening), None)] * count, label, temperature, asker=self.base.model)[0]

    def questions_from(
        self,
        openings: Sequence[tuple[View, tuple[int, ...], int | None]],
        label: str,
        temperature: float,
        min_p: float = 0.0,
        asker: torch.nn.Module | None = None,
    ) -> tuple[list[str], list[int]]:
        """Distinct well-formed questions, and for each the index of the opening it came from. `asker`: None is the brain."""
        lines = [line(self.base, view, opening) for view, opening, _ in openings]
        rng = generator(self.recipe.seed, label)
        model = asker or self.model
        with fastest(self.base.device):
            spoken = speak(self.base, model, lines, temperature=temperature, generator=rng, max_tokens=32, min_p=min_p)
        seen: set[tuple[int | None, str]] = set()
        questions, origins = [], []
        for i, ((_, opening, fact), said) in enumerate(zip(openings, spoken, strict=True)):
            text = self.base.question_text([*opening, *said.ids])
            key = (fact, normalise(text))
            if text.endswith("?") and key not in seen:
                seen.add(key)
                questions.append(text)
                origins.append(i)
        return questions, origins

    def answered(self, views: Sequence[View], questions: Sequence[str], facts: Sequence[int | None]) -> list[Said]:
        """Each question answered greedily in its own view."""
        prompts = [self.base.question_ids(q) for q in questions]
        lines = [line(self.base, v, p) for v, p in zip(views, prompts, strict=True)]
        with fastest(self.base.device):
            spoken = speak(self.base, self.model, lines)
        opening = tuple(self.base.ask_ids)
        found = []
        for view, fact, question, prompt, said in zip(views, facts, questions, prompts, spoken, strict=True):
            answer = self.base.decode(said.ids).strip()
            ids = tuple(self.base.answer_ids(answer))
            found.append(Said(view, fact, opening, tuple(prompt[len(opening) :]), ids, question, answer, said.ended))
        return found

    def teach(self, said: Sequence[Said], views: Sequence[View], source: str) -> list[Lesson]:
        """Lessons whose teacher is the brain as it is, seeing `views`; the student reads them from an empty window.

        The answer counts fully; the words of the question by the recipe's `question_weight`.
        """
        asks = self.recipe.question_weight
        prompts = [s.opening if asks else s.prompt for s in said]
        targets = [(*s.body, *s.answer_ids) if asks else s.answer_ids for s in said]
        lines = [line(self.base, v, p) for v, p in zip(views, prompts, strict=True)]
        teachers = target_log_probs(self.base, self.model, lines, targets)
        lessons = []
        for one, target, teacher in zip(said, targets, teachers, strict=True):
            weights = torch.ones(len(target))
            weights[: len(target) - len(one.answer_ids)] = asks
            tokens = (self.base.sink, *one.prompt, *one.answer_ids)
            lessons.append(Lesson(tokens, teacher, weights, source, normalise(one.question), one))
        return lessons

    # --- what a night is made of ---------------------------------------------------------------------------------

    def dream(self, day: Day) -> Iterator[list[Said]]:
        """Questions sampled with memories in view, and answered in that view; a few facts' worth at a time.

        One memory at a time, or, where the recipe says so, all of them together: then nobody knows which of them a dream
        is about, and its `fact` is None.
        """
        asked: set[tuple[int | None, str]] = set()
        borrowed = self._borrowed()
        for start in range(0, len(day.facts), FACTS_AT_A_TIME):
            numbers = [f.number for f in day.facts[start : start + FACTS_AT_A_TIME]]
            said = [
                s for s in self._dream_about(day, numbers, borrowed) if (s.fact, normalise(s.question)) not in asked
            ]
            asked |= {(s.fact, normalise(s.question)) for s in said}
            yield said

    def _borrowed(self) -> list[Ids]:
        """Openings with the first words of what it asks itself of nothing in particular."""
        count = round(self.recipe.borrowed_openings * self.recipe.dreams_per_fact)
        questions = self.questions(EMPTY_VIEW, self.base.ask_ids, count, "openings", 1.0) if count else []
        return lent(self.base, questions, python_random(self.recipe.seed, "openings"))

    def _dream_about(self, day: Day, numbers: Sequence[int], borrowed: Sequence[Ids]) -> list[Said]:
        recipe, label = self.recipe, f"dream/{numbers[0]}"
        plain, rng = tuple(self.base.ask_ids), python_random(recipe.seed, label)
        views = [(day.alone(n), n) if recipe.one_at_a_time else (day.whole(), None) for n in numbers]
        openings = [
            (view, opening, fact)
            for view, fact in views
            for opening in opened(recipe.dreams_per_fact, plain, borrowed, recipe.borrowed_openings, rng)
        ]
        # It asks with its nights off, else they put their own names and turns of phrase into the new dreams, and answers
        # with them on. The entries that it asks about were read with them on: nearly, but not quite, its own.
        questions, origins = self.questions_from(
            openings, label, self.recipe.dream_temperature, self.recipe.dream_min_p, asker=self.base.model
        )
        return self.answered([openings[i][0] for i in origins], questions, [openings[i][2] for i in origins])

    def select(self, said: Sequence[Said]) -> Dreamt:
        """A dream is kept when the brain is sure of its answer, and when the cache adds to what it says: KL(with ‖ without),
        summed over the answer, in nats."""
        source: DreamSource = "placebo" if self.recipe.lessons_from == "placebo" else "replay"
        taught = self.teach(said, [s.view for s in said], "dreams")
        alone = self.teach(said, [EMPTY_VIEW] * len(said), "dreams")
        found = Dreamt()
        for one, lesson, without in zip(said, taught, alone, strict=True):
            n = len(one.answer_ids)
            gap = float((lesson.teacher[-n:].exp() * (lesson.teacher[-n:] - without.teacher[-n:])).sum())
            reason = self._why_not(one, gap, sureness(lesson))
            if not reason and self._is_set_aside(one, found):
                found.aside.append(one)
                reason = "set aside, to judge the night by"
            found.dreams.append(Dream(one.question, one.answer, one.fact, source, gap, not reason, reason))
            if not reason:
                found.lessons.append(lesson)
                found.kept.append(one)
        return found

    def _is_set_aside(self, said: Said, found: Dreamt) -> bool:
        """Every so many good dreams one is kept from the lessons; a gate that judges nothing takes none."""
        nth = len(found.kept) + len(found.aside) + 1
        return self.recipe.gate_tolerance is not None and bool(said.question) and nth % self.recipe.set_aside_every == 0

    def _why_not(self, said: Said, gap: float, sure: float) -> str:
        if not said.answer or not said.ended:
            return "no answer came" if not said.answer else "it did not come to an end"
        if said.answer == UNKNOWN:
            return "the memory does not say"
        if sure < self.recipe.min_answer_probability:
            return "it is not sure of the answer"
        return "" if gap >= self.recipe.min_gap_nats else "the cache adds nothing to it"

    def cram(self, facts: Sequence[Fact]) -> list[Lesson]:
        """The naive control: the typed sentences, each next token one-hot."""
        lessons = []
        for fact in facts:
            ids = self.base.statement_ids(fact.statement)
            tokens = (self.base.sink, *ids)
            lessons.append(Lesson(tokens, one_hot(self.base, ids), torch.ones(len(ids)), "statements"))
        return lessons


def sure_of(dreamer: Dreamer, said: Sequence[Said]) -> set[str]:
    """Questions of which the brain, with an empty cache, is sure of the answer that it gave. Not knowing is no answer."""
    answers = [one for one in said if one.ended and one.answer not in ("", UNKNOWN)]
    taught = dreamer.teach(answers, [EMPTY_VIEW] * len(answers), "") if answers else []
    is_sure = [sureness(lesson) >= dreamer.recipe.min_answer_probability for lesson in taught]
    return {one.question for one, sure in zip(answers, is_sure, strict=True) if sure}
