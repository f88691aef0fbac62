"""Reading what a person types and uploads: what is kept, and one clear sentence for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadInput
from core.facts import clean_statement, example_sets, read_facts_csv, split_facts
from core.values import Probe

HEADER = "night,statement,question,answer\n"


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "day.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        read_facts_csv(path)
    sentence = str(error.value)
    assert path.name in sentence and sentence.endswith(".") and "\n" not in sentence
    return sentence


# One statement ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mira\tlives \n in\x00 Oslo. ", "Mira lives in Oslo."),
        ("Cafe\u0301", "Caf\u00e9"),
        ('<b>bold</b> & "x" = $x$', '<b>bold</b> & "x" = $x$'),
        ("Our family is 👨\u200d👩\u200d👧.", "Our family is 👨\u200d👩\u200d👧."),
        ("week\u00adend\u202e\ufeff", "weekend"),
        ("half \ud83d gone", "half gone"),
    ],
)
def test_text_is_kept_as_typed_but_for_invisible_things(typed: str, kept: str) -> None:
    assert clean_statement(typed) == kept
    assert clean_statement(kept) == kept
    kept.encode("utf-8")


@pytest.mark.parametrize("typed", ["", "   ", "\n\t\r", "\x00\x07", "\u200b\u200d\u2028", "x" * 401, "a " * 5_000_000])
def test_a_statement_that_cannot_be_used(typed: str) -> None:
    with pytest.raises(BadInput, match=r"\.$"):
        clean_statement(typed)


def test_four_hundred_characters_fit() -> None:
    assert len(clean_statement("x" * 400)) == 400


# Many facts at once -------------------------------------------------------------------------------


def test_one_statement_per_line() -> None:
    typed = "Mira lives in Oslo. It rains there.\r\n\n   \n\u200b\nTom is 7.\n"
    assert split_facts(typed) == ["Mira lives in Oslo. It rains there.", "Tom is 7."]


def test_a_single_line_is_cut_at_sentence_ends() -> None:
    assert split_facts("Mira lives in Oslo. “Tom is 7!” Is he? 3 dogs bark.") == [
        "Mira lives in Oslo.",
        "“Tom is 7!”",
        "Is he?",
        "3 dogs bark.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Okonkwo lives at No. 7, St. Anne's.",
        "J. R. Smith opens at 9 a.m. Mondays.",
        "It costs 3.50 crowns.",
        "See nocturne.org for the U.S. Embassy.",
        "Wait... what",
    ],
)
def test_a_full_stop_is_not_always_an_end(sentence: str) -> None:
    assert split_facts(sentence) == [sentence]


@pytest.mark.parametrize(
    "typed", ["", " \n\n ", "x\n" * 201, "x" * 1_000_001, "é" * 500_001, "ok\n" + "x" * 401, "a" * 10_000_000]
)
def test_text_that_cannot_be_used(typed: str) -> None:
    with pytest.raises(BadInput) as error:
        split_facts(typed)
    assert len(str(error.value)) < 200 and "\n" not in str(error.value)


def test_two_hundred_facts_fit() -> None:
    assert len(split_facts("Tom is 7.\n" * 200)) == 200


# Fact files ---------------------------------------------------------------------------------------


def test_rows_become_nights_facts_and_probes(tmp_path: Path) -> None:
    told = read_facts_csv(
        write(
            tmp_path,
            HEADER
            + "2,Tom is 7.,How old is Tom?,7| seven |\n"
            + "1,Mira lives in Oslo.,Where does Mira live?,Oslo\n"
            + "\n,,,\n"
            + '1,"Ada owns a cat, a dog.",,\n'
            + "1, Mira  lives in Oslo. ,Who lives in Oslo?,Mira\n"
            + ",Tom is 7.,,\n",
        )
    )
    first, second = told.nights
    assert [h.statement for h in first] == ["Mira lives in Oslo.", "Ada owns a cat, a dog.", "Tom is 7."]
    assert first[0].probes == (
        Probe("Where does Mira live?", ("Oslo",)),
        Probe("Who lives in Oslo?", ("Mira",)),
    )
    assert first[1].probes == first[2].probes == ()
    assert second[0].probes == (Probe("How old is Tom?", ("7", "seven")),)


def test_gaps_between_nights_are_closed(tmp_path: Path) -> None:
    told = read_facts_csv(write(tmp_path, HEADER + "9,B.,,\n3,A.,,\n"))
    assert [[h.statement for h in night] for night in told.nights] == [["A."], ["B."]]


def test_the_night_column_may_be_absent_and_a_bom_is_harmless(tmp_path: Path) -> None:
    content = "\ufeffStatement, question ,answer\r\n😀 <b>x</b>,What?,<b>\r\n"
    told = read_facts_csv(write(tmp_path, content))
    assert told.nights[0][0].statement == "😀 <b>x</b>"
    assert told.nights[0][0].probes[0].answers == ("<b>",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "header"),
        (HEADER, "no facts"),
        ("fact,question,answer\nA,B,C\n", "header"),
        ("statement,statement,question,answer\nA,B,C,D\n", "header"),
        ("night;statement;question;answer\n1;A;B;C\n", "header"),
        ("<html><body>hello</body></html>", "header"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "UTF-8"),
        (HEADER.encode("utf-16"), "UTF-8"),
        (HEADER + "1,A\0B,,\n", "UTF-8"),
        (HEADER + '1,"A,,\n', "CSV"),
        (HEADER + "1," + "x" * 200_000 + ",,\n", "CSV"),
        (HEADER + "1,A.,Why?,\n", "Row 2"),
        (HEADER + "1,B.,,\n1,A.,,because\n", "Row 3"),
        (HEADER + "1,A.,Why?,|\n", "Row 2"),
        (HEADER + "1,Mira, who lives,,\n", "Row 2"),
        (HEADER + "1,A.\n", "Row 2"),
        (HEADER + "0,A.,,\n", "night"),
        (HEADER + "-1,A.,,\n", "night"),
        (HEADER + "1.5,A.,,\n", "night"),
        (HEADER + "one,A.,,\n", "night"),
        (HEADER + "1,,Why?,So\n", "Row 2"),
        (HEADER + f"1,{'x' * 401},,\n", "Row 2"),
        (HEADER + f"1,A.,{'x' * 401},B\n", "Row 2"),
        (b"x" * 10_000_001, "10 MB"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: str | bytes, says: str) -> None:
    assert says in refusal(write(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refusal(tmp_path / "nowhere.csv")
    refusal(tmp_path)


# Example sets -------------------------------------------------------------------------------------


def test_three_example_sets_that_can_be_told() -> None:
    sets = example_sets()
    assert list(sets) == ["A family", "Around the house", "An imaginary kingdom"]
    for statements in sets.values():
        assert 6 <= len(statements) <= 8
        assert split_facts("\n".join(statements)) == statements
    sets.clear()
    assert example_sets()
