"""What was tried towards each aim that a sleep may miss, to stand beside the miss. Figures are in CHANGELOG.md."""

from __future__ import annotations

from collections.abc import Mapping

_CEILING = "what the model cannot answer awake no night keeps, and more terms of school raise that slowly"
_WORDINGS = (
    "held-out wordings are what is lost: bolder dreams, three times as many, lent openings, and a school that says things "
    "in other words each gained"
)
_OLDER = (
    "older nights dreamt anew with the weights of their own morning, bolder, and three times as often; weight decay, with which a "
    "life goes on reading as on its first day, though a single night keeps a little less. Less than half of what is drawn "
    "of older nights comes to be taught, and what is not taught again fades. The questions in the journal instead keep more and "
    "answer more neighbours. No better: drawing them twice as often again, more weight, "
    "five times the cost of moving what they need, more directions of that, rest only when older nights are known, too. With the "
    "weak directions counted as well, older nights stay whole and new ones are not learned"
)

TRIED: Mapping[str, str] = {
    "gap_closed": _WORDINGS,
    "paraphrase": f"{_WORDINGS}; {_CEILING}",
    "deep_past_change": "rehearsal taught by the raised model, four times as many free dreams, pages that count more",
    "false_recall": "lookalikes and namesakes of each dream taught as unknown; a school of questions with one thing "
    "exchanged: what the model is taken in by awake, its dreams teach. With only "
    "those that have another name in them, or with noise on the words of a lesson, held-out wordings gain, and this loses",
    "drift_nats": "pages that count more (fifteen times held the night itself back; four times do not)",
    "learned": _CEILING,
    "bwt": _OLDER,
    "answered": f"{_OLDER}; {_CEILING}",
    "no_worse_than_reading": f"{_WORDINGS}; {_CEILING}",
    "no_worse_than_learning": "what is held back is known wordings and those asked the other way round, by rehearsal and by weight decay. "
    "Pages that count four times instead of fifteen, and fewer of every lesson but dreams in a step, gained. What learns "
    "more here loses the deep past and the language instead",
    "pace": "lessons that are known sit out; faster matrices that write (LoRA+); fewer lessons a step; bf16 where it is faster; "
    "beginning with dreams alone, a third of which the rest then undoes; noise on words that are no names; the upper layers only",
    "capacity": "more steps for more facts; but awake, with that many facts in its cache, the model answers fewer, too",
    "cost": "a fixed number of dreams of older nights; of what those nights need only the strongest directions are kept, "
    "and where they are many they take turns; no more than sixteen of them are called up before a new one",
}
