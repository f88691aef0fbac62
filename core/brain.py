"""Brain: the one mutable object. A shared frozen base, the nights grown on it, and the live cache of today.

One per person. It is not thread-safe: whoever owns it runs one thing at a time (the app's worker does).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch

from core.cache import MAX_ANSWER, MAX_QUESTION, Day, new_day, read, snapshot
from core.errors import BadInput
from core.evening import GONE, Evening
from core.facts import clean_statement
from core.lines import EMPTY_VIEW, Line, View, line
from core.measured import SleepReport
from core.memory import LIVE, Memory
from core.models import Base
from core.nights import Night, fold, private_tree
from core.speaking import speak
from core.values import Answer, CacheSnapshot, Fact, Probe, Receipt

MAX_TITLE = 40  # characters of a night's name


class Brain:
    """Hears, answers, forgets, and (through `core.sleep`) sleeps."""

    def __init__(self, base: Base, name: str = "brain"):
        self.base = base
        self.name = name
        self.nights: tuple[Night, ...] = ()
        self.reports: tuple[SleepReport, ...] = ()
        self.heard_ever = 0
        self.slept_ever = 0  # nights that were undone count too: a number is never used twice
        self._tree = private_tree(base)
        self._day = new_day(base)
        self._aside: Day | None = None
        self._evening: Evening | None = None
        self.written: float | None = None  # when the store last wrote it, in seconds since 1970

    # --- what it holds -----------------------------------------------------------------------------------------

    @property
    def day(self) -> Day:
        """Today's entries, whether the model can see them or they are set aside."""
        return self._day if self._aside is None else self._aside

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(self.day.facts)

    @property
    def next_night(self) -> int:
        return self.slept_ever + 1

    @property
    def cache_length(self) -> int:
        return len(self._day)

    @property
    def is_set_aside(self) -> bool:
        return self._aside is not None

    @property
    def model(self) -> torch.nn.Module:
        """The brain's own module tree, nights folded in. Read only."""
        return self._tree

    @property
    def shared_model(self) -> torch.nn.Module:
        """The same weights; before the first night in the raised model's own tree, so that whoever asks both asks once."""
        return self._tree if self.nights else self.base.model

    # --- day ---------------------------------------------------------------------------------------------------

    def hear(self, statement: str, probes: Sequence[Probe] = ()) -> Fact:
        """Read a statement into the live cache. Raises BadInput or CacheFull with nothing changed.

        A day that was set aside is brought back first: there is one day at a time.
        """
        self.check_probes(probes)
        fact = Fact(self.heard_ever, clean_statement(statement), tuple(probes), day=self.next_night)
        read(self.base, self._tree, self.day, fact, self.base.statement_ids(fact.statement))
        self.bring_back()
        self.heard_ever += 1
        return fact

    def forget_cache(self) -> None:
        """Clear the window: the model sees nothing. The day is set aside, for tonight's sleep only."""
        if self._aside is None and len(self._day):
            self._aside, self._day = self._day, new_day(self.base)

    def bring_back(self) -> None:
        """Undo `forget_cache`."""
        if self._aside is not None:
            self._day, self._aside = self._aside, None

    def drop_day(self) -> None:
        """Throw today's entries away for good."""
        self._day, self._aside = new_day(self.base), None

    def set_probes(self, number: int, probes: Sequence[Probe]) -> None:
        """Replace the exam questions of one of today's facts; its entries are not touched. Raises BadInput."""
        self.check_probes(probes)
        for i, fact in enumerate(self.day.facts):
            if fact.number == number:
                self.day.facts[i] = replace(fact, probes=tuple(probes))
                return
        raise BadInput("That fact is not part of today; choose one that was heard since the last sleep.")

    def check_probes(self, probes: Sequence[Probe]) -> None:
        """Raise BadInput for an exam question that could not be put to the model, or an answer it could not finish."""
        for probe in probes:
            self.question_line(probe.question, EMPTY_VIEW)
            if any(len(self.base.answer_ids(answer)) > MAX_ANSWER for answer in probe.answers):
                raise BadInput(f"The expected answer to {probe.question!r} is too long; a few words are enough.")

    # --- asking ------------------------------------------------------------------------------------------------

    def view(self, memory: Memory) -> View:
        """The cache entries that a memory may see. ALONE and WITHOUT look at the day even when it is set aside."""
        if memory.kind == "alone" and memory.fact is not None:
            return self.day.alone(memory.fact)
        if memory.kind == "without" and memory.fact is not None:
            return self.day.without(memory.fact)
        return self._day.whole() if memory.kind == "live" and len(self._day) else EMPTY_VIEW

    def ask(self, question: str, memory: Memory = LIVE) -> Answer:
        """Answer greedily; never leaves a trace in the cache. Raises BadInput for an empty or overlong question."""
        return self.ask_many([question], memory)[0]

    def ask_many(self, questions: Sequence[str], memory: Memory = LIVE) -> list[Answer]:
        """Several questions, each asked on its own."""
        started = time.perf_counter()
        view = self.view(memory)
        lines = [self.question_line(q, view) for q in questions]
        model = self.base.model if memory.kind == "blank" else self._tree
        spoken = speak(self.base, model, lines)
        seconds = (time.perf_counter() - started) / max(1, len(lines))
        return [
            Answer(q, self.base.decode(s.ids).strip(), s.log_prob, self.receipt(one, memory), seconds)
            for q, one, s in zip(questions, lines, spoken, strict=True)
        ]

    def question_line(self, question: str, view: View) -> Line:
        """The exact line that puts `question` to the model. Raises BadInput."""
        text = " ".join(question.split())
        if not text:
            raise BadInput("The question is empty; type one, such as: Where does Mira live?")
        ids = self.base.question_ids(text)
        if len(ids) > MAX_QUESTION:
            raise BadInput("The question is too long for this model; ask it in one short sentence.")
        return line(self.base, view, ids)

    def receipt(self, one: Line, memory: Memory) -> Receipt:
        nights = () if memory.kind == "blank" else tuple(n.name for n in self.nights if n.dose)
        return Receipt(self.base.pieces(list(one.prompt)), len(one.view.entries), nights, one.prompt)

    def snapshot(self, question: str | None = None) -> CacheSnapshot:
        """What the live cache holds, and with a question what that and its answer attended to. Raises BadInput."""
        if question is None or not len(self._day):
            return snapshot(self.base, self._tree, self._day)
        [said] = speak(self.base, self._tree, [self.question_line(question, self._day.whole())])
        return snapshot(self.base, self._tree, self._day, " ".join(question.split()), said.ids)

    # --- nights ------------------------------------------------------------------------------------------------

    def join(self, night: Night, report: SleepReport, morning: torch.nn.Module) -> None:
        """The morning: the night becomes part of the brain and the day is over. Called once a sleep is complete.

        `morning` is the module tree with all nights folded in. Nothing here can fail half-way.
        """
        day = new_day(self.base)
        self._evening = Evening(self.day, self.nights, self.is_set_aside, night.name)
        self.nights, self.reports = (*self.nights, night), (*self.reports, report)
        self._tree, self._day, self._aside = morning, day, None
        self.slept_ever += 1

    @property
    def why_not_again(self) -> str:
        """Why the last night cannot be slept again, in one sentence; empty when it can."""
        if words := GONE if self._evening is None else self._evening.why_not(self.nights):
            return words
        if self.facts:
            return "A new day has begun; sleep on it, or throw it away, before the last night can be slept again."
        return ""

    def evening_before(self) -> Brain:
        """A twin of this brain as it was just before its last night, bit for bit, with that day. This one stays as it is.

        Raises BadInput when that day is no longer there, or when a new one has begun.
        """
        if self._evening is None or self.why_not_again:
            raise BadInput(self.why_not_again)
        old, twin = self._evening, Brain(self.base, self.name)
        twin.written = self.written
        twin.restore(
            old.nights_as_called(self.nights), self.reports[:-1], old.day_again(), self.heard_ever, self.slept_ever - 1
        )
        if old.is_set_aside:
            twin.forget_cache()
        return twin

    def set_dose(self, name: str, dose: float) -> None:
        """Scale a night's change; 0 leaves it out, bit for bit. Raises BadInput for an unknown night."""
        self._alter(name, dose=dose)
        fold(self.base, self._tree, self.nights)

    def rename(self, name: str, title: str) -> None:
        """Give a night a title; an empty one takes it back. Raises BadInput for an unknown night or a long title."""
        tidy = " ".join(title.split())
        if len(tidy) > MAX_TITLE:
            raise BadInput(f"That name has {len(tidy)} characters; {MAX_TITLE} are enough for a night.")
        self._alter(name, title=tidy)

    def undo(self, name: str) -> None:
        """Take a night and its report out for good; older and younger ones stay. Raises BadInput for an unknown night."""
        self._alter(name)
        gone = next(i for i, n in enumerate(self.nights) if n.name == name)
        self.nights = self.nights[:gone] + self.nights[gone + 1 :]
        self.reports = self.reports[:gone] + self.reports[gone + 1 :]
        fold(self.base, self._tree, self.nights)

    def _alter(self, name: str, **changes: Any) -> None:
        if name not in {n.name for n in self.nights}:
            raise BadInput(f"There is no night called {name!r}; choose one of those listed.")
        self.nights = tuple(replace(n, **changes) if n.name == name else n for n in self.nights)

    def restore(
        self,
        nights: Sequence[Night],
        reports: Sequence[SleepReport],
        day: Day | None,
        heard_ever: int,
        slept_ever: int,
    ) -> None:
        """Take up a stored life (`core.store`)."""
        self.nights, self.reports = tuple(nights), tuple(reports)
        self.heard_ever, self.slept_ever = heard_ever, slept_ever
        self._day, self._aside, self._evening = day or new_day(self.base), None, None
        fold(self.base, self._tree, self.nights)

    def digest(self) -> str:
        """SHA-256 over all that the brain is: weights in effect, nights, doses, cache entries and facts."""
        digest = hashlib.sha256(
            repr((self.name, self.facts, self.is_set_aside, self.heard_ever, self.slept_ever)).encode()
        )
        for night in self.nights:
            digest.update(f"{night.name}{night.dose}{sorted(night.layers_off)}{night.hash}".encode())
        weights = [self._tree.get_submodule(m.module).weight for m in self.base.mlp]
        entries = [t for layer in self.day.cache.layers if len(self.day) for t in (layer.keys, layer.values)]
        for tensor in (*weights, *entries):
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()
