"""What can be found out about where a night went: frozen values, numpy only, for the pictures of the weights page.

Measured by `core.anatomy` (neurons, cosines), `core.interventions` (dose, lesion) and `core.attribution`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.measured import ExamRow, Rate


@dataclass(frozen=True)
class Word:
    """A token that a neuron's change makes likelier. `push` is in logits before the model's last normalisation."""

    token: str
    push: float
    fact: int  # Fact.number of the only fact whose expected answer holds this token, else -1


@dataclass(frozen=True)
class Neuron:
    """One hidden unit of an MLP and what a night changed about it: its rows of gate and up, its column of down.

    `fact` is the one whose question makes the unit fire hardest at the place where the answer begins, `activation`
    what it fires there; `promotes` is what the change of its column then writes, read through the unembedding.
    """

    layer: int
    unit: int
    change: float  # Frobenius norm of the change of all weights that belong to it
    relative: float  # change / norm of the same weights in the frozen model
    fact: int  # Fact.number, -1 when the night has no question
    activation: float
    promotes: tuple[Word, ...]


@dataclass(frozen=True, eq=False)
class Cosines:
    """Inner products of the changes of N nights, matrix by matrix (M)."""

    nights: tuple[str, ...]
    places: tuple[tuple[int, str], ...]  # (layer, matrix) of each of the M
    inner: np.ndarray  # (M, N, N)
    numbers: tuple[int, ...]  # how many weights each matrix has

    def cosine(self, place: tuple[int, str] | None = None) -> np.ndarray:
        """(N, N), between -1 and 1, of one matrix or of all together; NaN where a night changed nothing there."""
        inner = self.inner.sum(axis=0) if place is None else self.inner[self.places.index(place)]
        size = np.sqrt(np.diag(inner))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.clip(inner / np.outer(size, size), -1.0, 1.0))

    def chance(self, place: tuple[int, str] | None = None) -> float:
        """Standard deviation of the cosine between two changes of random direction: 1 / sqrt(number of weights)."""
        numbers = sum(self.numbers) if place is None else self.numbers[self.places.index(place)]
        return float(numbers**-0.5)


def _recall(rows: tuple[ExamRow, ...]) -> Rate:
    """Open questions only: half of the yes/no ones are right by chance."""
    marks = [row.right for row in rows if not row.is_yes_no]
    return Rate.of(sum(marks), len(marks))


@dataclass(frozen=True)
class DosePoint:
    """The brain with one night at `dose`: its facts asked with an empty cache, and those who should not notice."""

    dose: float
    rows: tuple[ExamRow, ...]
    locality: Rate  # neighbours answered as they are at dose 0
    false_recall: Rate  # neighbours answered with something that was told
    deep_past: Rate

    @property
    def recall(self) -> Rate:
        return _recall(self.rows)


@dataclass(frozen=True)
class DoseCurve:
    """alpha x night, for rising alpha; the first point is 0, the night left out."""

    night: str
    in_effect: float  # the dose that the brain really has
    points: tuple[DosePoint, ...]


@dataclass(frozen=True)
class LesionMap:
    """A night's questions (P) asked with the whole night, without it, and with one of its layers (L) switched off.

    All rows are in the same order, asked with an empty cache. Log-probabilities are of the right answer, in nats.
    """

    night: str
    layers: tuple[int, ...]
    whole: tuple[ExamRow, ...]  # (P)
    without: tuple[ExamRow, ...]  # (P)
    lesioned: tuple[tuple[ExamRow, ...], ...]  # (L, P)

    @cached_property
    def change(self) -> np.ndarray:
        """(P, L): log-probability with the layer off minus with the whole night. Negative: the answer needed it."""
        whole = np.array([row.log_prob for row in self.whole])
        lesioned = np.array([[row.log_prob for row in rows] for rows in self.lesioned])
        return np.asarray(lesioned.T - whole[:, None])

    @cached_property
    def vanished(self) -> np.ndarray:
        """(P, L) bool: answered right with the whole night, and no longer with the layer off."""
        whole = np.array([row.right for row in self.whole], dtype=bool)
        lesioned = np.array([[row.right for row in rows] for rows in self.lesioned], dtype=bool)
        return np.asarray(whole[:, None] & ~lesioned.T)

    @property
    def facts(self) -> tuple[int, ...]:
        """Fact numbers, each once, in the order asked."""
        return tuple(dict.fromkeys(row.fact for row in self.whole))


@dataclass(frozen=True, eq=False)
class Attribution:
    """One answer's log-probability, shared out over the layers in two ways of looking and one of trying. Nats, (L,).

    `conductance` and `integrated_gradients` look at each layer's whole MLP, night included, against a question whose
    every token is the sink. `lesion` is what the answer loses when only this night's part of the layer is off.
    """

    night: str
    fact: int
    question: str
    expected: str
    log_prob: float
    log_prob_unasked: float  # the same answer after a prompt of sinks
    layers: tuple[int, ...]
    conductance: np.ndarray
    integrated_gradients: np.ndarray
    lesion: np.ndarray

    @property
    def agreement(self) -> dict[str, float]:
        """Spearman's rank correlation across layers of each attribution with the lesion; NaN where one is constant."""
        return {
            "conductance": rank_correlation(self.conductance, self.lesion),
            "integrated_gradients": rank_correlation(self.integrated_gradients, self.lesion),
        }


@dataclass(frozen=True)
class Recollection:
    """A question that the brain asked itself about a night with an empty cache, and how it answered."""

    question: str
    answer: str
    dreamt: str | None  # the answer that the night was taught; None: it was not taught this question


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rho of two vectors (n,), ties sharing their mean rank; NaN when one is constant or n < 2."""
    first, second = (_ranks(np.asarray(x, dtype=float)) for x in (a, b))
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / size if size else float("nan")


def _ranks(values: np.ndarray) -> np.ndarray:
    below = (values[:, None] > values).sum(axis=1)
    return np.asarray(below + ((values[:, None] == values).sum(axis=1) - 1) / 2)
