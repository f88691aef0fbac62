"""Probes of the brain's own: an exam question for a fact that came without one."""

from __future__ import annotations

from core.brain import Brain
from core.cache import MAX_QUESTION
from core.lines import line
from core.neighbours import cuts_a_name
from core.randomness import generator
from core.speaking import speak
from core.text import is_span, normalise
from core.values import UNKNOWN, Fact, Probe

ASKED = 24  # questions that it makes up, to choose from
TEMPERATURE = 0.8
ASKING = 0.1  # how much the log-probability of the question counts beside that of the answer


def suggest_probe(brain: Brain, fact: Fact) -> Probe | None:
    """A question of the brain's own about one of today's facts, answered by a span of the sentence; None if none comes.

    Sampled with only that fact's entries in view, from a seed that no lesson uses.
    """
    base, view = brain.base, brain.day.alone(fact.number)
    rng = generator(0, "probe", fact.number)
    opening = line(base, view, base.ask_ids)
    asked = speak(base, brain.model, [opening] * ASKED, temperature=TEMPERATURE, generator=rng)
    texts = {base.decode(said.ids).strip(): said.log_prob for said in asked}
    questions = [q for q in texts if q.endswith("?") and len(base.question_ids(q)) <= MAX_QUESTION]
    answers = speak(base, brain.model, [brain.question_line(q, view) for q in questions]) if questions else []
    ranked = [
        (not cuts_a_name(question, fact.statement), answer.log_prob + ASKING * texts[question], question, text)
        for question, answer in zip(questions, answers, strict=True)
        if answer.ended and (text := base.decode(answer.ids).strip()) and _is_fair(question, text, fact.statement)
    ]
    if not ranked:
        return None
    *_, question, text = max(ranked)
    return Probe(question, (text,), source="self")


def _is_fair(question: str, answer: str, statement: str) -> bool:
    """A fair exam question has an answer that was typed, and does not give it away."""
    is_told = is_span(answer, statement) and normalise(answer) != normalise(statement)
    return is_told and answer != UNKNOWN and not is_span(answer, question)
