"""One question, four kinds of memory: none, the cache, the weights, and sentences looked up. Each with its cost."""

from __future__ import annotations

import time
from collections.abc import Sequence

from core.brain import Brain
from core.cache import new_day, read
from core.lines import EMPTY_VIEW, Line
from core.memory import BLANK, EMPTY
from core.put_back import retrieval_lines
from core.speaking import speak
from core.values import Answer, Fact, Receipt, Way


def four_ways(brain: Brain, question: str, told: Sequence[Fact]) -> tuple[Way, ...]:
    """Greedy answers from nothing, from one day's sentences in the cache, from the nights, and from a look-up.

    Only `weights` has the nights on. `cache` reads the sentences of `told` again, in order; `retrieval` puts those of all
    that was ever typed which match best before the question. So no answer has two memories to draw on. The brain is not
    changed. Raises BadInput for a question that cannot be put, CacheFull when `told` does not fit.
    """
    blank, slept = brain.ask(question, BLANK), brain.ask(question, EMPTY)
    asked = len(blank.receipt.prompt_tokens)

    started = time.perf_counter()
    day = new_day(brain.base)
    for fact in told:
        read(brain.base, brain.base.model, day, fact, brain.base.statement_ids(fact.statement))
    reading = time.perf_counter() - started
    cached = _untouched(brain, question, brain.question_line(question, day.whole() if told else EMPTY_VIEW))

    started = time.perf_counter()
    line = retrieval_lines(brain, [question])[0]
    searching = time.perf_counter() - started
    fetched = _untouched(brain, question, line)
    return (
        Way("none", blank, asked),
        Way("cache", cached, asked, reading),
        Way("weights", slept, asked),
        Way("retrieval", fetched, asked, searching),
    )


def _untouched(brain: Brain, question: str, line: Line) -> Answer:
    """The model as it was raised, without any night, goes on from this line."""
    started = time.perf_counter()
    said = speak(brain.base, brain.base.model, [line])[0]
    receipt = Receipt(brain.base.pieces(list(line.prompt)), len(line.view.entries), (), line.prompt)
    seconds = time.perf_counter() - started
    return Answer(question, brain.base.decode(said.ids).strip(), said.log_prob, receipt, seconds)
