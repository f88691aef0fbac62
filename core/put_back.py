"""What a user would pick instead of a sleep: the typed sentences put back before the model, nights off.

`retrieval` fetches the few that match a question best, `long_context` puts back all of them. Both cost tokens at every
question, for ever, which is what a night is to save.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.brain import Brain
from core.cache import MAX_ANSWER, MAX_QUESTION, new_day, read
from core.lines import EMPTY_VIEW, Line, View
from core.retrieval import Index
from core.values import Fact

FETCHED = 3  # sentences that a look-up puts before a question


def typed_ever(brain: Brain) -> list[Fact]:
    """Every fact that the brain was ever told, in order."""
    return [*(fact for report in brain.reports for fact in report.facts), *brain.facts]


def retrieval_lines(brain: Brain, questions: Sequence[str]) -> list[Line]:
    """Each question with the best-matching sentences before it, in the order they were typed. All in the prompt."""
    sentences = [fact.statement for fact in typed_ever(brain)]
    index = Index(sentences)
    lines = []
    for question in questions:
        sink, *asked = brain.question_line(question, EMPTY_VIEW).prompt
        fetched = [
            i for place in sorted(index.best(question, FETCHED)) for i in brain.base.statement_ids(sentences[place])
        ]
        lines.append(Line(EMPTY_VIEW, (sink, *fetched, *asked)))
    return lines


def long_context_view(brain: Brain) -> View:
    """Every sentence ever typed, read into a cache of its own by the untouched model. Where they do not all fit into the
    window, the oldest fall out, as they do in use; the receipt's cache length tells."""
    base, day = brain.base, new_day(brain.base)
    room = base.context_length - MAX_QUESTION - MAX_ANSWER - 1  # the sink
    kept: list[tuple[Fact, list[int]]] = []
    for fact in reversed(typed_ever(brain)):
        ids = base.statement_ids(fact.statement)
        room -= len(ids)
        if room < 0:
            break
        kept.append((fact, ids))
    for fact, ids in reversed(kept):
        read(base, base.model, day, fact, ids)
    return day.whole() if kept else EMPTY_VIEW
