"""Are the answers that school teaches and the exam expects right? Of questions with a yes or no, with none, and of two steps."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from core.nursery.documents import document
from core.nursery.frames import load_frames, render, slots_in
from core.nursery.told import Told
from core.nursery.words import with_articles
from core.nursery.world import World


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are put as their wordings have them, so that they can be compared."""
    monkeypatch.setattr(World, "_asked", lambda self, text: text)
    monkeypatch.setattr(World, "_varied", lambda self, wording, frame: wording)


def checks(fact: Told) -> set[str]:
    """Every yes/no question that is true of it."""
    return {said(wording.text, fact) for wording in fact.frame.checks}


def said(pattern: str, fact: Told) -> str:
    return with_articles(render(pattern, fact.values))


@pytest.mark.parametrize(
    ("who", "spoken_of"),
    [
        ("my uncle Otto", "he"),
        ("our mum", "she"),
        ("Mira's half-brother", "he"),
        ("my step-sister Ana", "she"),
        ("Mr Ashby", "he"),
    ],
)
def test_who_somebody_is_decides_the_pronoun(who: str, spoken_of: str) -> None:
    assert render("As for {S}, {S.she} sings.", {"S": who}) == f"As for {who}, {spoken_of} sings."
    once, again = (render("{S.Her} hat", {"S": "Robin Hale"}) for _ in range(2))
    assert once == again and once in ("Her hat", "His hat")


@pytest.mark.parametrize("exam", [False, True])
def test_no_is_right_only_where_what_was_told_says_so(plainly: None, exam: bool) -> None:
    """Exchanging what the question does not name leaves it true; a denial says nothing of what it does not name."""
    seen: Counter[bool] = Counter()
    for seed in range(60):
        world = World(random.Random(seed), exam=exam, known_wordings=True)
        told = world.facts(8, denied=0.3, plain=True)
        for index, fact in enumerate(told):
            for asked in filter(None, (world.question(told, index, "check") for _ in range(4))):
                question = with_articles(asked.question)
                if fact.denied:
                    named = [slots_in(w.text) for w in fact.frame.checks if said(w.text, fact) == question]
                    assert {slot for slot in fact.values if fact.speaks_of(slot)} in named, (fact.statement, asked)
                    assert asked.answer == "no"
                else:
                    is_true = any(question in checks(t) for t in told if t.frame is fact.frame)
                    assert asked.answer == ("yes" if is_true else "no"), (fact.statement, asked)
                seen[fact.denied] += 1
    assert min(seen.values()) > 100


def test_a_question_that_names_nothing_is_not_unknown_while_its_frame_was_told(plainly: None) -> None:
    """“Where is the meeting?” asks about whatever meeting was told of."""
    bare = {w.text for f in load_frames() for w in (*f.asks, *f.reversed_asks) if not slots_in(w.text)}
    asked = 0
    for seed in range(150):
        world = World(random.Random(seed))
        told = world.facts(8)
        for question in (world.unknown(told).question for _ in range(8)):
            frames = {t.frame.name for t in told for w in (*t.frame.asks, *t.frame.reversed_asks) if w.text == question}
            asked += question in bare
            assert not frames, question
    assert asked > 3


def test_what_a_question_of_two_steps_denotes_is_the_last_thing_told(plainly: None) -> None:
    """The phrase stands in place of the second fact's subject, which is the first one's last value."""
    joined = 0
    for seed in range(300):
        world = World(random.Random(seed))
        told = world.facts(4)
        if hop := world.two_hop(told):
            second, asked = hop
            assert second.subject == [*told[asked.fact or 0].values.values()][-1]
            assert not any(f"{word} {render(d.text, told[asked.fact or 0].values)}" in asked.question
                           for word in ("the", "bus", "train", "tram", "flight") for d in told[asked.fact or 0].frame.denotes)  # fmt: skip
            joined += 1
    assert joined > 30


def test_what_is_corrected_is_no_step_of_another_question() -> None:
    for seed in range(400):
        found = document(World(random.Random(seed)), 4)
        steps = {place for asked in found.joined for place in (asked.fact, len(found.told) - 1)}
        assert not steps & found.corrected
