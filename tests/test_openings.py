"""How dreams begin: a share of them with words that another question begins with."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from core.brain import Brain
from core.dreamer import Dreamer
from core.lines import EMPTY_VIEW
from core.models import Base
from core.openings import WORDS, first_words, lent, opened
from core.recipes import RECIPES


@pytest.mark.parametrize("question", ["Where?", "", "   "])
def test_a_question_of_one_word_lends_nothing(question: str) -> None:
    assert first_words(question, Random(0)) == ""


def test_a_few_first_words_are_lent_and_never_a_whole_question() -> None:
    question = "In which of the towns does she live?"
    drawn = {first_words(question, Random(seed)) for seed in range(50)}
    assert drawn == {" ".join(question.split()[:n]) for n in range(1, WORDS + 1)}
    assert {first_words("Who sings?", Random(seed)) for seed in range(9)} == {"Who"}


def test_what_is_lent_reads_as_the_beginning_of_a_question(base: Base) -> None:
    (ids,) = lent(base, ["What is?", "Why?"], Random(0))
    assert ids[: len(base.ask_ids)] == tuple(base.ask_ids)
    assert base.question_text([*ids, *base.encode(" the key?")]) in {"What the key?", "What is the key?"}


def test_a_share_of_dreams_borrows_and_none_where_nothing_is_lent() -> None:
    found = opened(400, (1,), [(1, 2), (1, 3)], 0.5, Random(0))
    assert len(found) == 400 and 150 < found.count((1,)) < 250 and {(1, 2), (1, 3)} < set(found)
    assert opened(3, (1,), [], 0.5, Random(0)) == opened(3, (1,), [(1, 2)], 0.0, Random(0)) == [(1,)] * 3


def test_dreams_that_all_borrow_begin_like_free_ones_and_are_about_the_memory(base: Base) -> None:
    brain = Brain(base)
    brain.hear("The spare key is behind the blue flowerpot.")
    recipe = replace(RECIPES["full"], dreams_per_fact=24, borrowed_openings=1.0)
    dreamer = Dreamer(base, brain.shared_model, recipe)
    free = dreamer.questions(EMPTY_VIEW, base.ask_ids, recipe.dreams_per_fact, "openings", 1.0)
    begun = {" ".join(question.split()[:n]) for question in free for n in range(1, WORDS + 1)}
    dreamt = [said for part in dreamer.dream(brain.day) for said in part]
    assert dreamt and {said.fact for said in dreamt} == {0}
    assert all(any(said.question.startswith(words) for words in begun) for said in dreamt)
    again = [said.question for part in dreamer.dream(brain.day) for said in part]
    assert again == [said.question for said in dreamt]
