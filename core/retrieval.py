"""Looking sentences up by their words: what somebody would build instead of a sleep. Free of torch.

BM25 (Robertson et al., *Okapi at TREC-3*, 1994) as the library bm25s has it (arXiv 2407.03618), with its defaults.
"""

from __future__ import annotations

from collections.abc import Sequence

import bm25s

_WORD = r"(?u)\b\w+\b"  # bm25s drops words of one letter; here "7" may be the answer


class Index:
    """Sentences, indexed by their words (lower case, English function words left out)."""

    def __init__(self, sentences: Sequence[str]):
        words = _words(sentences)
        self._ranker: bm25s.BM25 | None = None
        if any(words):  # it cannot index nothing
            self._ranker = bm25s.BM25()
            self._ranker.index(words, show_progress=False)

    def best(self, question: str, k: int) -> list[int]:
        """Places of at most `k` sentences that share a word with the question, the best match first."""
        words = _words([question])[0]
        if self._ranker is None or not words:
            return []
        scores = self._ranker.get_scores(words)
        ranked = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
        return [i for i in ranked[:k] if scores[i] > 0]


def _words(texts: Sequence[str]) -> list[list[str]]:
    found = bm25s.tokenize(list(texts), token_pattern=_WORD, stopwords="en", return_ids=False, show_progress=False)
    return [list(map(str, words)) for words in found]
