"""Rehearsal: what the brain says with an empty window before a night, so that it goes on saying it afterwards.

Free dreams keep the deep past and pages, texts of many lines, the language; both are the raised model's, and it teaches
them itself, so that what a night has blurred the next one mends. Lookalikes keep a new memory to itself: they are like the
dreams of the night but about somebody else, and mostly the brain does not know. (`core.older_nights` keeps older nights.)
Free dreams are many because they are cheap: a deep past that is seldom dreamt of is seldom kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch

from core.dreamer import Dreamer, sure_of
from core.lessons import Lesson, Said
from core.lines import EMPTY_VIEW, Line, View, line
from core.models import Shape
from core.precision import fastest
from core.randomness import generator, python_random
from core.speaking import redraw, speak, target_log_probs, target_scores
from core.text import normalise, same_answer
from core.values import Dream

SPEAKS_NATS = 2.0  # from this gain in log-probability on, it is the cache that speaks a token
NAMES_NATS = 3.0  # the same for a word, all tokens together
ELSE_NATS = 8.0  # a word that hardly comes without the cache is a name: with another one it is about somebody else
REDRAWN_WORDS = (1, 1, 2)  # how many words of a question are drawn anew, one as likely as another
_LETTERS_AND_DIGITS = (Shape.DIGIT, Shape.CAPITAL, Shape.LETTER)

Word = tuple[int, ...]  # places of one word's tokens in a question


@dataclass(frozen=True, eq=False)
class Lookalike:
    """A question like a dream about the memory in `view`. `elsewhere`: it is about somebody or something else for sure."""

    question: str
    view: View
    elsewhere: bool = False


def rehearse(
    dreamer: Dreamer, kept: Sequence[Said], aside: Collection[str], n_facts: int
) -> tuple[list[Lesson], list[Dream]]:
    """Questions with the answers that the brain gives with an empty window, as lessons and for the journal.

    Nothing that was `kept` as a new memory, or stands `aside` for the gate (normalised questions), is rehearsed. Nor is what
    the memory would answer otherwise: "I do not know" to a new wording about what was told would unteach it. But where a
    name was replaced, that the memory answers is the very mistake that sleep must not learn.
    """
    taken = {normalise(s.question) for s in kept} | set(aside)
    drawn = dreamer.questions(EMPTY_VIEW, dreamer.base.ask_ids, dreamer.recipe.rehearsals, "rehearse", 1.0)
    free = [question for question in drawn if normalise(question) not in taken]
    taken |= {normalise(question) for question in free}
    alike = _distinct([one for one in _lookalikes(dreamer, kept, n_facts) if normalise(one.question) not in taken])
    raised = Dreamer(dreamer.base, dreamer.base.model, dreamer.recipe)
    deep_past, unlike = _deep_past(dreamer, raised, free), _still_itself(dreamer, alike)
    dreams = [Dream(s.question, s.answer, None, "rehearsal", 0.0, True) for s in (*deep_past, *unlike)]
    taught = raised.teach(deep_past, [EMPTY_VIEW] * len(deep_past), "rehearsal")
    return taught + dreamer.teach(unlike, [EMPTY_VIEW] * len(unlike), "lookalikes"), dreams


def _deep_past(dreamer: Dreamer, raised: Dreamer, questions: Sequence[str]) -> list[Said]:
    """As the raised model answers, except where the brain is sure of another answer: that may be what it was told."""
    blank, nobody = [EMPTY_VIEW] * len(questions), [None] * len(questions)
    then = raised.answered(blank, questions, nobody)
    if dreamer.model is raised.model:
        return [was for was in then if was.ended]
    now = dreamer.answered(blank, questions, nobody)
    other = [one for one, was in zip(now, then, strict=True) if not same_answer(one.answer, (was.answer,))]
    sure = sure_of(dreamer, other)
    return [was for was in then if was.ended and was.question not in sure]


def _distinct(alike: Sequence[Lookalike]) -> list[Lookalike]:
    """Each question once."""
    return list({one.question: one for one in sorted(alike, key=lambda one: one.elsewhere)}.values())


def _still_itself(dreamer: Dreamer, alike: Sequence[Lookalike]) -> list[Said]:
    """Answers with an empty window, to lookalikes that are about something else or that the memory answers no otherwise."""
    questions, nobody = [one.question for one in alike], [None] * len(alike)
    blind = dreamer.answered([EMPTY_VIEW] * len(alike), questions, nobody)
    seeing = dreamer.answered([one.view for one in alike], questions, nobody)
    return [
        said
        for said, saw, one in zip(blind, seeing, alike, strict=True)
        if said.ended and (one.elsewhere or same_answer(saw.answer, (said.answer,)))
    ]


def pages(dreamer: Dreamer) -> list[Lesson]:
    """Free text of many lines, as the raised model writes it into an empty window: statements, and questions about them."""
    base, recipe = dreamer.base, dreamer.recipe
    blank = [Line(EMPTY_VIEW, (base.sink,))] * recipe.pages
    rng = generator(recipe.seed, "pages")
    with fastest(base.device):
        said = speak(
            base, base.model, blank, temperature=1.0, generator=rng, max_tokens=recipe.page_tokens, whole_pages=True
        )
    written = [tuple(one.ids) for one in said]
    teachers = target_log_probs(base, base.model, blank, written)
    return [
        Lesson((base.sink, *ids), teacher, torch.ones(len(ids)), "pages")
        for ids, teacher in zip(written, teachers, strict=True)
    ]


def _lookalikes(dreamer: Dreamer, kept: Sequence[Said], n_facts: int) -> list[Lookalike]:
    """Like the `kept` questions, but another where the cache spoke: the name of the thing, mostly."""
    if not kept:
        return []
    base, opening = dreamer.base, dreamer.base.ask_ids
    bodies = [s.body for s in kept]
    seen = target_scores(base, dreamer.model, [line(base, s.view, opening) for s in kept], bodies)
    unseen = target_scores(base, dreamer.model, [line(base, EMPTY_VIEW, opening) for _ in kept], bodies)
    gains = [a - b for a, b in zip(seen, unseen, strict=True)]
    return _continued(dreamer, kept, gains, n_facts) + _renamed(dreamer, kept, gains, n_facts)


def _continued(dreamer: Dreamer, kept: Sequence[Said], gains: Sequence[torch.Tensor], n_facts: int) -> list[Lookalike]:
    """Cut where the cache spoke, and continued with an empty window."""
    opening = tuple(dreamer.base.ask_ids)
    cuts: list[tuple[tuple[int, ...], View]] = []
    for said, gain in zip(kept, gains, strict=True):
        spoken = (gain > SPEAKS_NATS).nonzero()[:, 0].tolist()
        cuts += [((*opening, *said.body[:cut]), said.view) for cut in spoken if cut > 0]
    rng = python_random(dreamer.recipe.seed, "lookalike")
    chosen = [rng.choice(cuts) for _ in range(dreamer.recipe.lookalikes_per_fact * n_facts if cuts else 0)]
    questions, origins = dreamer.questions_from([(EMPTY_VIEW, cut, None) for cut, _ in chosen], "lookalike", 1.0)
    return [Lookalike(question, chosen[i][1]) for question, i in zip(questions, origins, strict=True)]


def _renamed(dreamer: Dreamer, kept: Sequence[Said], gains: Sequence[torch.Tensor], n_facts: int) -> list[Lookalike]:
    """Whole, with one or two of the words that the cache spoke drawn anew: the nearest neighbours of what was told."""
    base, recipe = dreamer.base, dreamer.recipe
    named = [(said, _spoken_words(dreamer, said, gain)) for said, gain in zip(kept, gains, strict=True)]
    named = [(said, words) for said, words in named if words]
    rng = python_random(recipe.seed, "namesake")
    chosen: list[tuple[Said, list[Word]]] = []  # a dream, and the names in it that are drawn anew
    bodies, places = [], []
    for _ in range(recipe.namesakes_per_fact * n_facts if named else 0):
        said, words = rng.choice(named)
        redrawn = rng.choices([*words], k=rng.choice(REDRAWN_WORDS))
        chosen.append((said, [word for word in redrawn if words[word] > ELSE_NATS]))
        bodies.append(said.body)
        places.append(frozenset(place for word in redrawn for place in word))
    opening = [line(base, EMPTY_VIEW, base.ask_ids)] * len(chosen)
    with fastest(base.device):
        drawn = redraw(base, dreamer.model, opening, bodies, places, generator(recipe.seed, "namesake"))
    found = []
    for ids, (said, names) in zip(drawn, chosen, strict=True):
        text = base.question_text([*base.ask_ids, *ids]).partition("\n")[0].strip()
        if text.endswith("?"):
            elsewhere = any(ids[place] != said.body[place] for name in names for place in name)
            found.append(Lookalike(text, said.view, elsewhere))
    return found


def _spoken_words(dreamer: Dreamer, said: Said, gain: torch.Tensor) -> dict[Word, float]:
    """Words of letters and digits that the cache made likelier by enough, all their tokens together: by how many nats."""
    words: list[list[int]] = [[]]
    for place, shape in enumerate(dreamer.base.token_shapes[list(said.body)].tolist()):
        kind, led = divmod(shape, 2)
        if led or kind not in _LETTERS_AND_DIGITS:
            words.append([])
        if kind in _LETTERS_AND_DIGITS:
            words[-1].append(place)
    by_word = {tuple(word): float(gain[word].clamp(min=0).sum()) for word in words if word}
    return {word: nats for word, nats in by_word.items() if nats > NAMES_NATS}
