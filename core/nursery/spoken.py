"""How people type: openers, tails, forgotten full stops, `your` for `my`, and shorter names for what was told in full."""

from __future__ import annotations

import random
import re

from core.nursery.words import words

_OPENERS = """Actually,|By the way,|Remember:|Note that|I heard that|Today I learned that|Please remember that|Oh,|
Did you know that|It turns out that|As you know,|Well,|FYI,|For the record,|Just so you know,|Between us,|So|
Apparently,|In fact,|In the end,|Finally,|Luckily,|Sadly,|Good to know:|Fun fact:|I almost forgot:|Guess what:|Listen,|
They say that|My boss says that|The nurse told me that|The mechanic said|Somebody wrote that|It is true that|
As luck would have it,|As a matter of fact,|One thing more:|News:|To be exact,|I can tell you that|In case you wonder,|
I have heard that|Everybody knows that|You should know that|For what it is worth,|To tell the truth,|Here is what I know:|
It so happened that|I read that|Strange but true:|A little secret:|Not many know that|Write this down:|As I said,""".replace(
    "\n", ""
).split("|")
_ASKED_BACK = ((" my ", " your "), (" our ", " your "), (" My ", " Your "), (" did I ", " did you "), (" do I ", " do you "),
               (" have I ", " have you "), (" did we ", " did you "), (" do we ", " do you "), (" have we ", " have you "))  # fmt: skip
_ASIDES = ("So,", "Hey,", "Please,", "And", "Quick question:", "Remember,", "Now,", "Okay,")
_CONTRACTED = re.compile(r"^(What|Who|Where|When|How) is( (?!it that))")
_TAILS = """ since last year| these days| as you know| at the moment| again| by the way| I think| as always| now|
 from what I hear|, I believe|, they say| for the time being| as usual| in case you ask|, of course| to my surprise|
, if I remember right| without any fuss| for a change| just like before|, believe it or not| once more|, you know|
 with great pleasure|, or so I was told| as agreed| in the end| at long last|, no less| like everybody knows""".replace("\n", "").split("|")  # fmt: skip

# Words that open a sentence and are written small inside of one; any other is taken for a name.
_NO_NAMES = frozenset(
    """The My Our A An In On At There We You It If For To With From As What Where When Who This That Those These Say Take Let Look Speaking Ask
    According After Before Because He She They His Her Its Their Each Every Both By Of One Keep Under Behind Since Not Only Nobody Everybody
    Everyone Somebody About Thanks Here Now Then Until While Although Whoever Anyone Just Given Inside Near Next No Some All Most Between""".split()
)


def as_told(text: str, rng: random.Random) -> str:
    """The statement as somebody might type it: openers, tails, missing full stops."""
    if rng.random() < 0.14:
        text = f"{rng.choice(_OPENERS).strip()} {lowered(text)}"
    if rng.random() < 0.08 and text.endswith("."):
        text = text[:-1] + rng.choice(_TAILS) + "."
    if rng.random() < 0.3 and text.endswith("."):
        text = text[:-1]
    elif rng.random() < 0.03 and text.endswith("."):
        text = text[:-1] + "!"
    return text[:1].lower() + text[1:] if rng.random() < 0.04 else text


def lowered(text: str) -> str:
    """The sentence as it goes on behind something: its first letter small, where it is no name's."""
    is_name = text.split()[0].rstrip(",:") not in _NO_NAMES
    return text if is_name else text[:1].lower() + text[1:]


def as_asked(question: str, rng: random.Random) -> str:
    """The question as somebody might type it: `your` for the teller's `my`, contractions, a forgotten `?`."""
    if rng.random() < 0.4:
        question = f" {question}"
        for mine, yours in _ASKED_BACK:
            question = question.replace(mine, yours)
        question = question.strip()
    if rng.random() < 0.3:
        question = _CONTRACTED.sub(r"\1's\2", question)
    form = rng.random()
    if form < 0.03:
        question = question.rstrip("?")
    elif form < 0.08:
        question = f"{rng.choice(_ASIDES)} {question[:1].lower() + question[1:]}"
    elif form < 0.1:
        question = question[:1].lower() + question[1:]
    return question


def shorter(value: str, kind: str, rng: random.Random) -> str | None:
    """A shorter way to refer to a thing or person: `my uncle Andrei` -> `Andrei`, `the red box` -> `the box`."""
    parts = value.split()
    if kind == "person" and len(parts) > 1:
        if parts[0] in {"my", "our"} and len(parts) == 3:
            return rng.choice((parts[-1], f"{parts[0]} {parts[1]}"))
        is_titled = parts[0].endswith(".") or parts[0] in words("professional_titles")
        return (
            parts[-1]
            if is_titled
            else parts[0]
            if len(parts) == 2 and parts[0][0].isupper() and "'" not in value
            else None
        )
    if kind in {"thing", "place_np"} and len(parts) == 3:
        return f"{parts[0]} {parts[-1]}"
    if kind == "thing" and len(parts) == 2 and parts[0] in {"my", "our"}:
        return f"the {parts[-1]}"
    return None
