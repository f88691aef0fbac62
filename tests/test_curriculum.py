"""What a training step takes: every lesson comes up, what is known already less often, and nothing is forgotten for good."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from core.curriculum import Deck
from core.lessons import Lesson


def make_deck(lessons: int, count: int, rounds_out: int) -> Deck:
    made = [Lesson((i,), torch.empty(0), torch.empty(0), "dreams") for i in range(lessons)]
    return Deck(made, count, torch.Generator().manual_seed(0), rounds_out)


def drawn(deck: Deck, steps: int, known: frozenset[int]) -> Counter[int]:
    """How often each of the lessons came up, of which those in `known` always were."""
    found: Counter[int] = Counter()
    for _ in range(steps):
        numbers = [lesson.tokens[0] for lesson in deck.draw()]
        assert len(set(numbers)) == len(numbers)
        deck.note([number in known for number in numbers])
        found.update(numbers)
    return found


@pytest.mark.parametrize("rounds_out", [0, 3])
def test_lessons_that_are_not_known_come_up_equally_often(rounds_out: int) -> None:
    assert drawn(make_deck(12, 4, rounds_out), 30, frozenset()) == dict.fromkeys(range(12), 10)


def test_what_is_known_comes_up_less_often_but_always_again() -> None:
    found = drawn(make_deck(12, 4, 3), 120, known=frozenset(range(6)))
    assert all(0 < found[known] < found[unknown] / 2 for known in range(6) for unknown in range(6, 12))


def test_without_rest_what_is_known_comes_up_as_often() -> None:
    assert drawn(make_deck(12, 4, 0), 30, known=frozenset(range(6))) == dict.fromkeys(range(12), 10)


def test_a_deck_of_known_lessons_is_drawn_on_and_a_small_one_is_drawn_whole() -> None:
    assert all(drawn(make_deck(5, 5, 3), 9, known=frozenset(range(5))).values())
    assert len(make_deck(3, 48, 3).draw()) == 3


def test_the_share_that_is_known_is_of_all_lessons_each_as_it_was_last() -> None:
    deck = make_deck(4, 2, 0)
    deck.draw()
    assert deck.note([True, False]) == 0.25
    deck.draw()
    assert deck.note([True, True]) == 0.75
    for _ in range(2):
        deck.draw()
        share = deck.note([False, False])
    assert share == 0
