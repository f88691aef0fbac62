"""What was never told must look like what was, and never be it."""

from __future__ import annotations

import re
from random import Random

import pytest

from core.facts import example_sets
from core.neighbours import cuts_a_name, fresh_word, neighbour_question, neighbours, other_statement
from core.text import normalise

WORDS = [
    "Mira",
    "NASA",
    "tulip",
    "tulip-7741",
    "9:30",
    "1938",
    "Smith-Jones",
    "AB-12x",
    "Zoë",
    "7",
    "0047",
    "i",
    "McDonald",
]
ROWS = [
    ("Where does Mira live?", "Mira lives in Oslo."),
    ("Who lives in Oslo?", "Mira lives in Oslo."),
    ("What is the code for locker 212?", "Locker 212 opens with the code 8316."),
]


def shape(word: str) -> str:
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", word))


@pytest.mark.parametrize("word", WORDS)
def test_a_fresh_word_keeps_the_shape(word: str) -> None:
    for seed in range(50):
        made = fresh_word(word, Random(seed))
        assert made.lower() != word.lower()
        assert abs(len(made) - len(word)) <= 1
        assert made[0].isupper() == word[0].isupper()
        assert (len(word) < 3 or made.isupper() == word.isupper()) and made.islower() == word.islower()
        if any(c.isdigit() for c in word):
            assert shape(made) == shape(word)
            assert all(a != b for a, b in zip(made, word, strict=True) if b.isalnum())


@pytest.mark.parametrize(
    ("question", "is_cut"),
    [
        ("When was Grandmother born?", True),
        ("When was Grandmother Odessa born?", False),
        ("When was Odessa born?", False),
        ("Who was born in 1938?", False),
    ],
)
def test_a_title_alone_cuts_a_name(question: str, is_cut: bool) -> None:
    assert cuts_a_name(question, "Grandmother Odessa was born in 1938.") == is_cut
    assert not cuts_a_name(question, "Grandmother was born in 1938.")


def test_words_without_letters_stay() -> None:
    assert fresh_word("😀", Random(0)) == "😀"
    assert fresh_word("", Random(0)) == ""


@pytest.mark.parametrize(
    ("question", "statement", "pattern"),
    [
        ("Where does Mira live?", "Mira lives in Oslo.", r"Where does [A-Z][a-z]+ live\?"),
        ("What is Zuleika's airship?", "Captain Zuleika commands it.", r"What is [A-Z][a-z]+'s airship\?"),
        ("Who does Captain Zuleika obey?", "Captain Zuleika obeys.", r"Who does Captain [A-Z][a-z]+ obey\?"),
        ("Who is in room 509?", "Room 509 is where we meet.", r"Who is in room [1-9]\d\d\?"),
        ("Where is my passport?", "I keep my passport in the desk.", r"Where is my [a-z]+\?"),
        ("Where do I keep the “key”?", "The key is here.", r"Where do I keep the “[a-z]+”\?"),
        ("When was Grandmother born?", "Grandmother Odessa was born in 1938.", r"When was [A-Z][a-z]+ born\?"),
        ("Where was my grandmother born?", "My grandmother was born in Oslo.", r"Where was my [a-z]+ born\?"),
        (
            "Did Mira and Tom say that Mira came?",
            "Mira and Tom came.",
            r"Did (\w+) and \w+ say that \1 came\?",
        ),
    ],
)
def test_the_subject_of_a_question_is_replaced(question: str, statement: str, pattern: str) -> None:
    for seed in range(20):
        made = neighbour_question(question, statement, Random(seed))
        assert made is not None and re.fullmatch(pattern, made), made
        assert normalise(made) != normalise(question)


@pytest.mark.parametrize("question", ["", "Who?", "What is it that I have?", "Which airline are we taking?", "😀?"])
def test_a_question_without_a_subject_has_no_neighbour(question: str) -> None:
    assert neighbour_question(question, "We are flying to Oslo; it is what I have 😀.", Random(0)) is None


@pytest.mark.parametrize(
    ("statement", "pattern"),
    [
        ("Mira lives in Oslo.", r"[A-Z][a-z]+ lives in [A-Z][a-z]+\."),
        ("Our cat Bergamot sleeps on the piano.", r"Our cat [A-Z][a-z]+ sleeps on the [a-z]+\."),
        ("The password for the wifi is tulip-7741.", r"The password for the [a-z]+ is [a-z]{5}-\d{4}\."),
        ("I keep my passport in the bottom drawer", r"I keep my passport in the [a-z]+ [a-z]+"),
        ("Mira's birthday is 14 March.", r"[A-Z][a-z]+'s birthday is \d\d [A-Z][a-z]+\."),
    ],
)
def test_another_fact_of_the_same_frame(statement: str, pattern: str) -> None:
    for seed in range(20):
        made = other_statement(statement, Random(seed))
        assert re.fullmatch(pattern, made), made
        same = [a == b for a, b in zip(statement.split(), made.split(), strict=True)]
        assert same.count(False) >= 2


@pytest.mark.parametrize("statement", ["It is.", "😀", "<b>&</b>", "...", "東京は日本", "MIRA IS IN OSLO"])
def test_another_fact_is_always_another(statement: str) -> None:
    assert normalise(other_statement(statement, Random(0))) != normalise(statement)


def test_examples_have_others_without_their_names() -> None:
    for statement in (s for statements in example_sets().values() for s in statements):
        made = other_statement(statement, Random(1))
        names = set(re.findall(r"(?<!^)\b[A-Z]\w+|\w*\d\w*", statement)) - {"Queen"}
        assert not names & set(re.findall(r"\w+", made))


def test_neighbours_are_many_distinct_and_never_told() -> None:
    made = neighbours(ROWS, 60, seed=3)
    assert len(made) >= 60
    keys = {normalise(question) for question in made}
    assert len(keys) == len(made)
    assert not keys & {normalise(question) for question, _ in ROWS}
    assert neighbours(ROWS, 60, seed=3) == made
    assert neighbours(ROWS, 60, seed=4) != made


def test_every_row_has_as_many_neighbours() -> None:
    made = neighbours(ROWS, 10, seed=0)
    assert [sum(q.startswith(w) for q in made) for w in ("Where", "Who", "What")] == [4, 4, 4]


def test_when_rows_run_dry() -> None:
    assert neighbours([], 60, seed=0) == []
    assert neighbours([("Who?", "It is.")], 60, seed=0) == []
    assert 1 <= len(neighbours([("Is 7 it?", "It is 7.")], 60, seed=0)) <= 9
