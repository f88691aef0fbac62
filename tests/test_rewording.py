"""The same thing in other words: slots and answers stay, held-out wordings are never reached, the exam is never varied."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from core.nursery import rebuilding, rewording
from core.nursery.clauses import draw
from core.nursery.frames import Frame, Wording, load_frames, slots_in
from core.nursery.rewording import reworded
from core.nursery.verbs import forms
from core.nursery.words import with_articles
from core.nursery.world import World

KINDS = ("says", "asks", "reversed_asks", "checks", "denies")


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Frame, Wording, Wording]]:
    """Wordings of school, and what became of them."""
    rng = random.Random(1)
    frames = [*load_frames(), *(draw(rng) for _ in range(200))]
    every = [(f, w) for f in frames for kind in KINDS for w in f.pick(kind, held_out=False, school=True)]
    return [(frame, wording, reworded(wording, frame, rng)) for frame, wording in every]


def test_a_good_part_is_said_otherwise_and_with_the_same_slots_and_answers(
    pairs: list[tuple[Frame, Wording, Wording]],
) -> None:
    other = [(old, new) for _, old, new in pairs if old.text != new.text]
    assert 0.1 < len(other) / len(pairs) < 0.35
    for old, new in other:
        spoken = re.sub(r"\{S\.(she|her)\}", "", new.text, flags=re.IGNORECASE)  # a pronoun stands beside the slot
        assert slots_in(old.text) == slots_in(spoken) and old.text.count("{") == spoken.count("{")
        assert old.answer == new.answer


def test_no_held_out_wording_is_ever_reached(pairs: list[tuple[Frame, Wording, Wording]]) -> None:
    for frame, _, new in pairs:
        held = {w.text for kind in KINDS for w in getattr(frame, kind) if w.held_out}
        assert new.text not in held


def test_words_that_an_answer_repeats_stay() -> None:
    frame = next(f for f in load_frames() if any("the " in w.answer for w in f.asks))
    kept = Wording("{S} was hidden under the old boat.", "the boat")
    frame = Frame("x", "y", frame.slots, (kept,), (Wording("Where is {S}?", "under the old boat"),), (), (), (), ())
    found = {reworded(kept, frame, random.Random(seed)).text for seed in range(60)}
    assert len(found) > 1 and all("under the old boat" in text for text in found)


def test_the_exam_is_in_the_frames_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that marks can be compared from one school to the next."""

    def told(exam: bool, share: float) -> list[str]:
        monkeypatch.setattr(rewording, "REWORDED", share)
        monkeypatch.setattr(rewording, "REBUILT", share)
        monkeypatch.setattr(rewording, "ASIDE", share)
        found = []
        for seed in range(20):
            world = World(random.Random(seed), exam=exam)
            facts = world.facts(6, plain=True)
            asks = [world.question(facts, i) for i in range(6)]
            found += [*(f.statement for f in facts), *(a.question for a in asks if a), world.unknown(facts).question]
        return found

    assert told(True, 0.0) == told(True, 1.0)
    assert told(False, 0.0) != told(False, 1.0)


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("{S} works as a cook at {V}.", {"At {V}, {S} works as a cook.", "It is {S} who works as a cook at {V}."}),
        ("{S} works as a cook at {V}.", {"It is at {V} that {S} works as a cook.", "As for {S}, {S.she} works as a cook at {V}."}),
        ("In {V}, the lamp was lit.", {"The lamp was lit in {V}."}),
        ("{S}'s home town is {V}.", {"The home town of {S} is {V}.", "{S}'s home town: {V}.", "{S}? {S.Her} home town is {V}."}),
        ("The capital of {V} is {S}.", {"{S} is the capital of {V}.", "Capital of {V}: {S}."}),
        ("{S} lives in {V}.", {"{V} is where {S} lives."}),
        ("{S} adores {V}.", {"What {S} adores is {V}.", "{V} is what {S} adores."}),
        ("Tell me where {S} lives.", {"I wonder where {S} lives.", "Any idea where {S} lives?"}),
        ("Who teaches {V}?", {"Tell me who teaches {V}.", "Do you know who teaches {V}?"}),
        ("Where is {S}?", {"Tell me where {S} is."}),
        ("What is the name of {S}?", {"Tell me the name of {S}."}),
        ("The concert of the year is not on {V}.", set()),
        ("{S} did not work as a cook at {V}.", {"At {V}, {S} did not work as a cook."}),
    ],
)  # fmt: skip
def test_a_sentence_is_put_together_in_another_way(text: str, ways: set[str]) -> None:
    frame = Frame("x", "y", (("S", "person"), ("V", "town")), (), (), (), (), (), ())
    found = set(itertools.chain(*rebuilding.ways(text, frame)))
    assert found >= ways and bool(found) == bool(ways)


@pytest.mark.parametrize(("kind", "way"), [("day", "{V} is when {S} arrives."), ("venue", "{V} is where {S} arrives.")])
def test_a_time_is_when_and_a_place_is_where(kind: str, way: str) -> None:
    frame = Frame("x", "y", (("S", "person"), ("V", kind)), (), (), (), (), (), ())
    assert way in itertools.chain(*rebuilding.ways("{S} arrives on {V}.", frame))


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("{S} works as a cook at {V}.", True),
        ("{S} and {V} share a flat.", False),
        ("{S}'s boat is in {V}.", False),
        ("In {V}, {S} bakes bread.", False),
        ("Who teaches {V}?", False),
    ],
)
def test_a_word_by_the_way_stands_behind_the_one_subject_of_a_statement(
    monkeypatch: pytest.MonkeyPatch, text: str, may: bool
) -> None:
    for name, share in (("REWORDED", 0.0), ("REBUILT", 0.0), ("ASIDE", 1.0)):
        monkeypatch.setattr(rewording, name, share)
    frame = Frame("x", "y", (("S", "person"), ("V", "town")), (), (), (), (), (), ())
    found = {reworded(Wording(text), frame, random.Random(seed)).text for seed in range(12)}
    assert (len(found) > 3) == may == (text not in found)
    assert not may or all(re.fullmatch(r"\{S\}, [^,.]+, works as a cook at \{V\}\.", one) for one in found)


def test_a_verb_takes_the_form_of_the_one_that_it_stands_for() -> None:
    others = rewording._synonyms()
    assert "stems from" in others["comes from"] and "come from" not in others, "has come from"
    assert "acquired" in others["bought"] and "acquires" in others["buys"]
    assert not [new for news in others.values() for new in news if new.startswith("been ")]
    assert not [(old, new) for old, news in others.items() for new in news if old == new]


def test_verbs_of_the_synonyms_are_spelt_right() -> None:
    """A short vowel before a last consonant doubles it: such verbs have to be listed."""
    lines = rewording.SYNONYMS.read_text(encoding="utf-8").splitlines()
    phrases = itertools.chain(*(re.split(", | > ", line[3:]) for line in lines if line.startswith("v: ")))
    heads = {phrase.split()[0] for phrase in phrases} - {"be"}
    short = {h for h in heads if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", h)}
    assert not [h for h in short if forms(h)["past"] == f"{h}ed"]


@pytest.mark.parametrize(("text", "right"), [("a inn", "an inn"), ("an tavern", "a tavern"), ("a {V}", "a {V}")])
def test_articles_agree(text: str, right: str) -> None:
    assert with_articles(f"It is {text}.") == f"It is {right}."


def test_a_label_is_no_article() -> None:
    said = "I sit in coach A on seat 3. A owl, an useful one."
    assert with_articles(said) == "I sit in coach A on seat 3. An owl, a useful one."
