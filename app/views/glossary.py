"""The words of the trade, explained on hover wherever a page uses them."""

from __future__ import annotations

import re

GLOSSARY = {
    "cache": "The attention cache: what the model keeps of every token it has just read. It can look back at it, and "
    "forgets it when the cache is cleared. The immediate present.",
    "MLP": "The layers between the attention layers (multi-layer perceptrons). Their weights hold what the model knows "
    "for good. The deep past.",
    "KL": "Kullback–Leibler divergence, in nats: how different two predictions are. 0 means the same.",
    "low rank": "A change of a weight matrix that is the product of two thin matrices: few numbers, easy to switch off "
    "or take back.",
    "neuron": "One hidden unit of an MLP: a detector that fires for some inputs, and a vector that it then writes. Its "
    "words are those that the vector makes likelier.",
    "dose": "A night is a change that is added to the weights. Dose 0.5 adds half of it, dose 2 adds it twice.",
    "lesion": "Switching one part off and asking again. What is lost needed that part: this is an intervention.",
    "attribution": "Sharing an answer's probability out over the layers by calculus, without changing anything: it shows "
    "a correlation, which is a hint and no proof.",
    "night": "What one sleep adds to the model: a small low-rank change of its MLP matrices. Everything older is frozen.",
    "recall": "The share of questions whose freely written answer is the expected one (case, punctuation and articles "
    "do not count).",
    "rehearsal": "Before a night the model asks itself whatever comes to its mind, with an empty cache, and then learns to "
    "go on answering that as before. So the deep past stays.",
    "lookalike": "A question like one that it dreamt, but about somebody or something else. It learns to go on answering "
    "that as before, mostly with “I do not know”, so that a new memory is not taken for another.",
    "cue": "Each night also teaches the model to ask, behind the words “Night 3”, what it dreamt on night 3. Later nights "
    "draw from these cues, each with the weights of its own morning, what they rehearse, so that older nights stay.",
    "gate": "Before a night joins, it is judged on dreams that it never learned from. A night that changes too much of what "
    "the model knew is taught again more gently, or refused.",
    "adapter": "The night as a file: a standard PEFT (LoRA) adapter, which other programs load on top of the same model.",
    "neighbour": "A question of the same kind about somebody or something it was never told about. The right answer is "
    "“I do not know”; any other shows that it makes things up.",
    "nat": "A unit of surprise. One nat less means that something has become 2.7 times likelier.",
    "receipt": "Proof of what the model could see: the length of the cache before the question, the nights that were "
    "switched on, and the exact tokens that were fed.",
}

# As a whole word, in the plural too, and in its own case: MLP is a term, while Cache may begin a sentence.
_TERMS = {
    term: re.compile(rf"\b{re.escape(term)}s?\b", re.NOFLAG if term.isupper() else re.IGNORECASE) for term in GLOSSARY
}


def explain(text: str) -> str | None:
    """The terms that `text` uses, each with its meaning, as the Markdown of a tooltip; None when it uses none."""
    used = [term for term, pattern in _TERMS.items() if pattern.search(text)]
    return "\n\n".join(f"**{term}**: {GLOSSARY[term]}" for term in used) or None
