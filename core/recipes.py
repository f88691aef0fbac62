"""Recipes: what a night consists of, as values. A recipe is not a class to extend; it says how much of what.

`full` is the default. `replay` and `seed` are the two steps that lead up to it, as the literature has them. `cram`,
`placebo` and `none` are controls, first-class because a gain means nothing without them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Recipe:
    """How one sleep is run. All lessons are drawn from `seed`; two sleeps alike in recipe and day are alike bit for bit
    on the same machine, in the same number format (`core.precision`)."""

    name: str
    summary: str  # one sentence for the person who chooses
    lessons_from: Literal["cache", "statements", "placebo"] = "cache"
    seed: int = 0
    # Dreams: questions that the brain asks itself about its memories, and answers, with their entries in view.
    one_at_a_time: bool = True  # only one memory's entries in view; False: the whole cache, as it was in the evening
    dreams_per_fact: int = 384
    dream_temperature: float = 1.5  # above 1: wordings that were never dreamt are the weak spot
    dream_min_p: float = 0.02  # but no token less likely than this share of the likeliest one (arXiv 2407.01082)
    borrowed_openings: float = 0.5  # share of dreams that go on from the first words of a question about anything
    question_weight: float = 0.1  # how much the words of a dreamt question count beside those of its answer
    min_gap_nats: float = 1.0  # a dream whose answer the cache changes by less teaches nothing
    min_answer_probability: float = 0.5  # nor one whose answer is less likely than not: mostly to a garbled question
    reread: bool = False  # teacher reads the typed sentence again instead of the live cache's own entries
    # Rehearsal: what the brain says with an empty cache before this night, so that it stays so.
    rehearsals: int = 768  # free dreams with an empty cache: mostly of the deep past, and all of it only in many
    older_dreams: int = 2304  # dreams of older nights, all together however many there are (`core.older_nights`)
    older_per_night: int = 768  # at most: more of one night would be the same again
    older_temperature: float = 1.2  # calmer, it asks what it knows best, which needs no rehearsal
    older_from: Literal["dreams", "journal"] = "dreams"  # dreamt anew, or questions looked up in the journal
    lookalikes_per_fact: int = 16  # begun like a dream of the night and gone on otherwise: mostly "I do not know"
    namesakes_per_fact: int = 128  # a dream of the night with one or two of its names replaced
    pages: int = 96  # free texts of many lines: the language
    page_tokens: int = 72  # a few sentences and, mostly, a question about them
    # Seeding: training of the low-rank night.
    steps: int = 120  # at most so many
    steps_per_fact: float = 12.0  # and so many more per fact
    saturation: float | None = 0.96  # share of its dreams to recall before it comes to rest; None: takes all steps
    batch_lessons: int = 48  # dreams per step
    rounds_out: int = 3  # that an answer known again and again sits out, at most; 0: all come up equally often
    batch_rehearsals: int = 16  # free dreams per step
    batch_lookalikes: int = 36  # lookalikes per step
    batch_older: int = 24  # dreams of older nights per step
    cue_weight: float = 0.2  # how much their words count: no question is certain, so they never come to rest
    batch_cues: int = 8  # questions per step to ask when a night is called up; 0: nights learn no cue
    importance_weight: float = 400.0  # what a nat² costs that older nights would feel (`core.importance`)
    batch_pages: int = 4  # pages per step
    rank: int = 16
    learning_rate: float = 1e-2  # geometric mean of those of the night's two kinds of matrices
    weight_decay: float = 1.0  # of the night (AdamW, arXiv 1711.05101): what no lesson asks for fades
    rate_ratio: float = 4.0  # of those that write (B) over those that read (A): LoRA+ (arXiv 2402.12354)
    rehearsal_weight: float = 1.0  # how much free dreams count beside dreams of the day
    lookalike_weight: float = 2.0  # the same for lookalikes
    older_weight: float = 2.0  # and for dreams of older nights
    page_weight: float = 4.0  # and for pages: no token of theirs can lose much, but a whole language can
    # The gate: dreams that no lesson contains judge the night before it joins. None: everything is let in.
    gate_tolerance: float | None = 0.1  # share of the brain's own old answers that a night may change
    gate_dreams: int = 64  # free dreams with an empty cache, and as many of older nights, set aside before training
    set_aside_every: int = 16  # of so many new dreams one is set aside
    # Knowledge seeding: the share (lambda) of each batch whose answers are the student's own, marked by the teacher.
    on_policy: float = 0.0

    def __post_init__(self) -> None:
        if self.rank < 1 or self.steps < 0 or self._smallest_batch < 1 or self.learning_rate <= 0:
            raise ValueError(
                "a recipe needs rank >= 1, steps >= 0, a positive learning rate, and batches of at least one lesson"
            )
        if self.rate_ratio < 1 or self.rounds_out < 0 or self.weight_decay < 0:
            raise ValueError("a recipe needs rate_ratio >= 1, rounds_out >= 0 and weight_decay >= 0")
        if self.saturation is not None and not 0 < self.saturation <= 1:
            raise ValueError("saturation is a share: above 0 and at most 1")
        if not (0 <= self.on_policy <= 1 and 0 <= self.min_answer_probability <= 1):
            raise ValueError("on_policy is a share and min_answer_probability a probability: between 0 and 1")
        if not 0 <= self.borrowed_openings <= 1:
            raise ValueError("borrowed_openings is a share: between 0 and 1")

    @property
    def _smallest_batch(self) -> int:
        return min(self.batch_lessons, self.batch_rehearsals, self.batch_lookalikes, self.batch_older)

    def most_steps(self, n_facts: int) -> int:
        """The most training steps that a day of `n_facts` facts may take."""
        return round(self.steps + self.steps_per_fact * n_facts) if self.steps else 0

    def gentler(self) -> Recipe:
        """The same lessons at half the learning rate."""
        return replace(self, learning_rate=self.learning_rate / 2)

    def without_rehearsal(self) -> Recipe:
        """The same night with nothing of old in it."""
        return replace(
            self,
            rehearsals=0,
            older_dreams=0,
            batch_cues=0,
            importance_weight=0.0,
            lookalikes_per_fact=0,
            namesakes_per_fact=0,
            pages=0,
        )

    def with_seed(self, seed: int) -> Recipe:
        return replace(self, seed=seed)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


_FULL = Recipe(
    name="full",
    summary="Reads each memory out of the cache, dreams questions about it, and teaches the answers to new weights.",
)

# Context distillation (arXiv 2209.15189) on questions of the brain's own, and nothing else: plain sampling, every dream
# that has an answer, loss on answers only, nothing rehearsed.
_REPLAY = replace(
    _FULL.without_rehearsal(),
    name="replay",
    summary="Dreams about each memory and teaches the answers to new weights, without choosing or rehearsing.",
    dream_temperature=1.0,
    borrowed_openings=0.0,
    question_weight=0.0,
    min_gap_nats=0.0,
    min_answer_probability=0.0,
    weight_decay=0.0,
    gate_tolerance=None,
)
# Generalised knowledge distillation (arXiv 2306.13649), the core of knowledge seeding (arXiv 2606.03979): beside the
# teacher's answers the student's own, from an empty cache and the night so far, each marked by the cached teacher.
_SEED = replace(
    _REPLAY,
    name="seed",
    summary="Replay, but half of the answers are the sleeper's own attempts, marked by the one that sees the memory.",
    on_policy=0.5,
)

RECIPES: dict[str, Recipe] = {
    "full": _FULL,
    "replay": _REPLAY,
    "seed": _SEED,
    "journal": replace(
        _FULL,
        name="journal",
        summary="Full, but older nights are rehearsed by the questions kept in their journal, not dreamt anew.",
        older_from="journal",
    ),
    "cram": replace(
        _FULL,
        name="cram",
        summary="Control: no dreams, just next-token training on the sentences as you typed them.",
        lessons_from="statements",
        steps=50,
        steps_per_fact=5.0,
        saturation=None,  # no dreams, so nothing to stop by: about as many steps as `full` takes
        weight_decay=0.0,
        gate_tolerance=None,  # a control has to show its harm
    ),
    "placebo": replace(
        _FULL,
        name="placebo",
        summary="Control: the whole sleep, but dreaming of other facts of the same kind that you never told.",
        lessons_from="placebo",
    ),
    "none": replace(
        _FULL, name="none", summary="Control: an empty night. Nothing is dreamt and nothing changes.", steps=0
    ),
}
