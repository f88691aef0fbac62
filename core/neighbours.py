"""Questions and facts that were never told, shaped like those that were.

`neighbour_question` makes the probes of specificity and false recall (a told question about somebody else);
`other_statement` makes the facts of the `placebo` recipe. What is replaced is decided by simple signs of
English: capital letters, digits, and short lists of words. Made-up words are built from syllables, digits
from digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random

from core.text import normalise

_ONSETS = "b bl br c ch d dr f fl g gl gr h j k kl l m n p pl pr r s sh sk sl st t th tr v w y z".split()
_NUCLEI = "a e i o u ai ea ee ia io oa".split()
_VOWELS, _CONSONANTS = "aeiou", "bdfghklmnprstvz"

_FUNCTION_WORDS = frozenset(
    """a an the this that these those some any no every each all both another other such one i me my mine
    myself you your yours he him his she her hers it its we us our ours they them their theirs who whom whose
    what which where when why how is am are was were be been being isn't aren't wasn't do does did done
    doesn't didn't don't has have had having hasn't haven't can could will would shall should may might must
    can't won't i'm it's that's there there's here and or but nor so yet if than then as because while after
    before until since though of in on at by to for from with without about into onto over under above below
    behind between beside near next off out up down through across against around during inside outside along
    within not never always often only also too very just still again ever please yes today tonight tomorrow
    yesterday last first many much more most long old called named name names kind sort means mean""".split()
)
_TITLES = frozenset(
    """mr mrs ms mx dr prof professor doctor captain king queen prince princess sir lady lord aunt uncle
    grandmother grandfather sister brother saint st""".split()
)
# Verbs and participles: replaced only where no likelier noun is left.
_VERBS = frozenset(
    """born live lives lived work works come comes go goes went sleep sleeps eat eats keep keeps kept make
    makes made find found lose lost buy bought sell sold give gave given take took taken hid hidden held stand
    stands lie lies belong belongs say says said speak speaks leave leaves start starts open opens like likes
    love loves play plays""".split()
)
_WORD = re.compile(r"(\W*)(.*?)((?:(?<=\w)['’][sS])?\W*)", re.DOTALL)
_RUN = re.compile(r"[^\W\d_]+|\d+")

Split = tuple[str, str, str]  # what stands before a word, the word, what follows ('s and punctuation)


def _built(length: int, rng: Random) -> str:
    """A lower-case word of exactly `length` letters that can be said aloud."""
    text = ""
    while (room := length - len(text)) > 1:
        onset = rng.choice([o for o in _ONSETS if len(o) < room])
        text += onset + rng.choice([n for n in _NUCLEI if len(onset + n) <= room])
    return text + rng.choice("nrsmlt") if room else text


def _cased(text: str, like: str) -> str:
    """`text` in the capitals of `like`: all upper, first upper, or as they fall."""
    if like.isupper() and len(like) > 1:
        return text.upper()
    capitals = [c.isupper() for c in like] + [False] * len(text)
    return "".join(c.upper() if capitals[i] else c for i, c in enumerate(text))


def _other_digits(digits: str, rng: Random) -> str:
    """As many digits, each another one; a number does not gain a leading zero."""
    return rng.choice([d for d in "123456789" if d != digits[0]]) + "".join(
        rng.choice([d for d in "0123456789" if d != old]) for old in digits[1:]
    )


def _other_letters(letters: str, rng: Random) -> str:
    """One for one, for codes: vowels by vowels and the rest by consonants, so that a code keeps its sound."""
    pools = [_VOWELS if c.lower() in _VOWELS else _CONSONANTS for c in letters]
    drawn = (rng.choice([p for p in pool if p != c.lower()]) for c, pool in zip(letters, pools, strict=True))
    return "".join(new.upper() if old.isupper() else new for old, new in zip(letters, drawn, strict=True))


def _fresh(word: str, rng: Random) -> str:
    if any(c.isdigit() for c in word):

        def swap(match: re.Match[str]) -> str:
            run = match.group()
            return _other_digits(run, rng) if run[0].isdigit() else _other_letters(run, rng)

        return _RUN.sub(swap, word)
    runs = _RUN.findall(word)
    stretch = rng.choice((-1, 0, 1)) if runs else 0

    def build(match: re.Match[str]) -> str:
        nonlocal stretch
        length, stretch = max(1, len(match.group()) + stretch), 0
        return _cased(_built(length, rng), match.group())

    return _RUN.sub(build, word)


def fresh_word(word: str, rng: Random) -> str:
    """A made-up word of the same shape, never the word itself (unless it has neither letter nor digit).

    Capitals and hyphens stay, the length changes by one letter at most; a word with digits is a code: every
    digit becomes another digit and every letter another letter, one for one.
    """
    for _ in range(100):
        found = _fresh(word, rng)
        if found.lower() != word.lower() and (len(found) < 2 or found.lower() not in _FUNCTION_WORDS):
            return found
    return word


def _split(text: str) -> list[Split]:
    matches = (_WORD.fullmatch(piece) for piece in text.split())
    return [(m.group(1), m.group(2), m.group(3)) for m in matches if m]


def _key(word: str) -> str:
    return word.lower().replace("’", "'")


def _is_name(words: Sequence[Split], i: int) -> bool:
    """A word with a digit, or capitalised and neither a function word nor a title (a lone title is kept
    too)."""
    word = words[i][1]
    if any(c.isdigit() for c in word):
        return True
    known = _key(word) in _FUNCTION_WORDS or _key(re.split(r"['’]", word)[0]) in {
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
    }
    return word[:1].isupper() and not known and _key(word) not in _TITLES


def _is_title(words: Sequence[Split], i: int) -> bool:
    return words[i][1][:1].isupper() and _key(words[i][1]) in _TITLES


def _is_content(words: Sequence[Split], i: int) -> bool:
    word = words[i][1]
    return any(c.isalnum() for c in word) and _key(word) not in _FUNCTION_WORDS and not _is_title(words, i)


def _where(words: Sequence[Split], test: Callable[[Sequence[Split], int], bool]) -> list[int]:
    return [i for i in range(len(words)) if test(words, i)]


def _by_likelihood(words: Sequence[Split]) -> list[int]:
    """Places of content words, the likeliest to be a noun of weight first: from the end, verbs after all
    others."""
    places = _where(words, _is_content)[::-1]
    return sorted(places, key=lambda i: _key(words[i][1]) in _VERBS or words[i][1].endswith(("ed", "ing")))


def _replace(words: Sequence[Split], places: Iterable[int], rng: Random) -> str:
    """The words with those at `places` made fresh; one word becomes the same fresh word everywhere."""
    chosen = {_key(words[i][1]) for i in places}
    fresh: dict[str, tuple[str, str]] = {}
    out: list[str] = []
    for before, word, after in words:
        if _key(word) in chosen:
            first, new = fresh.setdefault(_key(word), (word, fresh_word(word, rng)))
            word = new if word == first else _cased(new.lower(), word)
        out.append(before + word + after)
    return " ".join(out)


def neighbour_question(question: str, statement: str, rng: Random) -> str | None:
    """The told question about somebody or something else; None when no word of it can be replaced.

    Its subject is every name or number that the statement has too; failing that, a title that stands for a name
    (`When was Grandmother born?`), or else the last content word they share.
    """
    words = _split(question)
    told = {_key(word) for _, word, _ in _split(statement)}
    names, titles = ([i for i in _where(words, test) if _key(words[i][1]) in told] for test in (_is_name, _is_title))
    shared = [i for i in _by_likelihood(words) if _key(words[i][1]) in told]
    places = names or titles or shared[:1]
    return _replace(words, places, rng) if places else None


def cuts_a_name(question: str, statement: str) -> bool:
    """Does the question call somebody by a title alone whom the statement calls by name, too?"""
    asked, told = _split(question), _split(statement)
    named = {_key(word) for _, word, _ in asked}
    titles = [i for i in _where(told, _is_title) if i + 1 < len(told) and _is_name(told, i + 1)]
    return any(_key(told[i][1]) in named and _key(told[i + 1][1]) not in named for i in titles)


def other_statement(statement: str, rng: Random) -> str:
    """Another fact of the same frame: names and numbers replaced, and from the end as many content words as
    make two.

    Where a statement has nothing but function words, its last words go; without any word a made-up one stands
    alone.
    """
    words = _split(statement)
    places = _where(words, _is_name)
    rest = [i for i in _by_likelihood(words) if i not in places]
    spare = [i for i in range(len(words))[::-1] if words[i][1] and i not in places and i not in rest]
    for i in (*rest, *spare):
        if len({_key(words[p][1]) for p in places}) >= 2 or (i in spare and places):
            break
        places.append(i)
    changed = _replace(words, places, rng)
    return changed if normalise(changed) != normalise(statement) else fresh_word("Something", rng)


def neighbours(rows: Sequence[tuple[str, str]], wanted: int, seed: int) -> list[str]:
    """Distinct never-told questions from told (question, statement) rows, whole rounds over all rows until
    `wanted`.

    So every row is asked about alike, and the list may be longer than `wanted`; it is shorter when rows run
    dry. The same rows and seed give the same list.
    """
    seen = {normalise(question) for question, _ in rows}
    found: list[str] = []
    rng = Random(seed)
    idle = 0
    while len(found) < wanted and idle < 10:
        before = len(found)
        for question, statement in rows:
            made = neighbour_question(question, statement, rng)
            if made is not None and normalise(made) not in seen:
                seen.add(normalise(made))
                found.append(made)
        idle = idle + 1 if len(found) == before else 0
    return found
