"""When two texts count as the same answer or question. Free of torch: the app and the exam share it.

The normalisation is that of SQuAD's official script (Rajpurkar et al. 2016, arXiv 1606.05250): lower case,
punctuation dropped, the articles a, an, the dropped, white space squeezed. Two widenings: the text is brought
to NFC first, and punctuation is that of Unicode (curly quotes and dashes too). Nothing is inferred: "7" is
not "seven".
"""

from __future__ import annotations

import re
import string
import unicodedata

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?(?!\w)", re.IGNORECASE)


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def normalise(text: str) -> str:
    """SQuAD's normal form of `text`; may be empty (a lone article, a row of dots)."""
    lowered = unicodedata.normalize("NFC", text).lower()
    kept = "".join(c for c in lowered if not _is_punctuation(c))
    return " ".join(_ARTICLES.sub(" ", kept).split())


def _key(text: str) -> str:
    """The normal form, or the bare text where that is empty ("?" and "the" are answers, and not the same
    one)."""
    return normalise(text) or text.strip().lower()


def same_answer(given: str, expected: tuple[str, ...]) -> bool:
    """True when `given` equals one of the `expected` alternatives after normalisation; an empty one never
    does."""
    key = _key(given)
    return bool(key) and any(key == _key(one) for one in expected)


def is_yes_no(answer: str) -> bool:
    """Half of such answers are right by chance, so they are counted apart."""
    return normalise(answer) in {"yes", "no"}


def same_question(a: str, b: str) -> bool:
    """True when two questions differ in case, punctuation, articles and white space at most."""
    return _key(a) == _key(b)


def is_span(answer: str, statement: str) -> bool:
    """True when the answer's normalised words stand side by side in the normalised statement.

    The statement's possessives count with and without their ending: "Mira" is a span of "Mira's cat",
    "Mira's" too.
    """
    wanted = normalise(answer)
    readings = (normalise(statement), normalise(_POSSESSIVE.sub("", statement)))
    return bool(wanted) and any(f" {wanted} " in f" {text} " for text in readings)
