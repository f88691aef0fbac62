"""What a person may do to today: tell, ask, clear the cache. A part of `app.desk`.

What was told is tried at once, with the day in the cache: what the brain cannot answer now, sleep hardly keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.frozen import Dropped, Exchange, Trial, Where
from app.worker import Job
from core.errors import BadInput, NocturneError
from core.values import Answer, Probe, Way


class DayActs:
    """The acts of a `Desk` on the day; like all its acts they return the Job at once. What it keeps is told there."""

    chat: tuple[Exchange, ...]
    trials: dict[int, Trial]
    unheard: tuple[str, ...]
    ways: tuple[Way, ...]
    ways_night: int
    view: Any
    _brain: Any
    _asked: str | None
    _move_on: Callable[[], None]
    _publish: Callable[..., None]
    _retry: Callable[[], None]
    _submit: Callable[..., Job]
    _try_awake: Callable[[], None]

    def hear(self, statements: list[str]) -> Job:
        def work(job: Job) -> None:
            known = {fact.statement for fact in self._brain.facts}
            new = [one for one in dict.fromkeys(statements) if one not in known]
            if not new:
                raise BadInput("It heard that today already; tell it something new.")
            self._move_on()
            for done, statement in enumerate(new):
                try:
                    self._hear_one(statement)
                except NocturneError as error:
                    self.unheard += tuple(new[done:])
                    self._try_awake()
                    raise type(error)(f"The first {done} were read. {error}" if done else str(error)) from error
                job.progress = (done + 1, len(new))
            self._try_awake()

        noun = "a fact" if len(statements) == 1 else f"{len(statements)} facts"
        return self._submit(f"reading {noun}", work)

    def _hear_one(self, statement: str) -> None:
        from core.probes import suggest_probe

        fact = self._brain.hear(statement)
        probe = suggest_probe(self._brain, fact)
        if probe is not None:
            self._brain.set_probes(fact.number, (probe,))
        self._publish()

    def ask(self, question: str, where: Where = "live") -> Job:
        def work(job: Job) -> Answer:
            from core.memory import EMPTY, LIVE

            answer, trace = self._brain.ask(question, LIVE if where == "live" else EMPTY), None
            if where == "live":
                self._asked = question
                self._publish()
                trace = self.view.snapshot.trace
            self.chat += (Exchange(answer, where, len(self._brain.nights), trace),)
            return answer

        return self._submit("answering a question", work)

    def drop_and_ask(self, place: int, number: int) -> Job:
        """The truth test: ask the question at `place` of the chat again, with and without one fact's entries."""

        def work(job: Job) -> Dropped:
            from core.memory import LIVE, WITHOUT

            exchange = self.chat[place]
            whole, without = (self._brain.ask(exchange.answer.question, m) for m in (LIVE, WITHOUT(number)))
            test = Dropped(number, whole, without)
            others = tuple(d for d in exchange.dropped if d.fact != number)
            tested = replace(exchange, dropped=(*others, test))
            self.chat = (*self.chat[:place], tested, *self.chat[place + 1 :])
            return test

        return self._submit(f"asking again without fact {number + 1}", work)

    def ask_ways(self, question: str, night: int) -> Job:
        """One question from four kinds of memory; `night` says which day's sentences the cache holds."""

        def work(job: Job) -> None:
            from core.ways import four_ways

            told = next(report.facts for report in self._brain.reports if report.night == night)
            self.ways, self.ways_night = four_ways(self._brain, question, told), night

        return self._submit("answering a question in four ways", work)

    def set_probe(self, number: int, question: str, expected: str) -> Job:
        answers = tuple(a.strip() for a in expected.split("|") if a.strip())
        if not question.strip() or not answers:
            raise BadInput("Both the question and the expected answer are needed; the old ones were kept.")

        def work(job: Job) -> None:
            self._brain.set_probes(number, (Probe(question.strip(), answers, "given"),))
            self.trials = {n: trial for n, trial in self.trials.items() if n != number}  # that was of another question
            self._try_awake()
            self._publish()

        return self._submit("trying your question", work)

    def clear_cache(self) -> Job:
        return self._submit("clearing the cache", lambda job: self._change("forget_cache"))

    def bring_back(self) -> Job:
        return self._submit("bringing the day back", lambda job: self._change("bring_back"))

    def drop_day(self) -> Job:
        def work(job: Job) -> None:
            self._asked = None
            self._move_on()
            self._change("drop_day")

        return self._submit("throwing the day away", work)

    def _change(self, act: str) -> None:
        getattr(self._brain, act)()
        self._retry()
