"""What stands around a fact when somebody tells it: who says so, where it is written, what else went on, a sentence before
or behind it; and around a question, how one leads up to it.

Nothing of it is ever asked about, so the model learns to look past it. In school only: the exam tells and asks plainly.
"""

from __future__ import annotations

from core.nursery.fillers import Filler
from core.nursery.frames import sentence
from core.nursery.spoken import as_asked, as_told, lowered
from core.nursery.words import with_articles

TOLD, ASKED = 0.2, 0.07  # share of the statements, and of the questions, that have something around them
SMALL = 0.03  # share of the statements, and of the questions, that are typed without a capital letter


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|"))


_SAYS = _listed(
    """says|says that|told me that|swears that|is sure that|wrote that|claims that|mentioned that|told us that|believes that|let slip
    that|announced that|found out that|insists that|whispered that|noticed that|remembers that|admits that|reported that|told everyone that|
    has heard that|told me on the phone that|would like you to know that|thinks that"""
)
_BY_SOMEBODY = _listed(
    """According to {P}, {s}.|{S}, says {P}.|{S}, according to {P}.|If {P} is right, {s}.|I have it from {P} that {s}.|As {P} put it, {s}.|
    Ask {P}: {s}.|{S}, as {P} told me.|From {P} I know that {s}.|Thanks to {P} I know that {s}.|{P}, of all people, told me that {s}.|
    A word from {P}: {s}."""
)
_WRITTEN = _listed(
    """The {N} says that {s}.|The {N} says {s}.|According to the {N}, {s}.|It says in the {N} that {s}.|{S}, says the {N}.|As you can
    read in the {N}, {s}.|The {N} has it: {s}.|I read in the {N} that {s}.|{S}, or so the {N} says.|The {N} makes it clear: {s}.|There is
    a {N} that says {s}.|A glance at the {N}: {s}."""
)
_PAPERS = _listed(
    """note|newspaper|list|calendar|sign|label|book|report|message|postcard|diary|map|poster|leaflet|card|file|invitation|plan|
    notice|programme|schedule|bill|receipt|website|magazine|guide|logbook|ticket|radio news"""
)
_BEFORE = _listed(
    """See for yourself:|Picture this:|Look:|Take note:|Mark my words:|Hear this:|Just think:|Would you believe it:|Rest
    assured:|A thing to remember:|Another thing:|First of all:|Last but not least:|This much is certain:|My news of the day:|What I found
    out:|A note for later:|The plain truth:|Here comes a surprise:|Keep this to yourself:|In short:|To put it simply:|Listen to this:|I
    checked twice:|No joke:|Ask anyone:|A small update:|One detail:|A reminder:|A word in your ear:|Try to keep this in mind:|Go and see:|
    Give it a thought:|Tell your friends:|Do not be surprised:|When I last looked,|As far as anyone can tell,|If the list is right,|Unless I
    am mistaken,|Since you ask,|To nobody's surprise,|After all these years,|Whether you like it or not,|All things considered,|As
    everybody could see,|Contrary to what people think,|Quite unexpectedly,|For some reason,|To cut a long story short,|
    Thanks to a little luck,|After a long talk,|Without much ado,|Much to the joy of the children,|Against all advice,|Speaking of which,|
    Now that you mention it,|Before I forget,|While I think of it,|Strangely enough,|If you
    must know,|Nobody would guess it, but|I am glad to hear that|It came to light that|There is no doubt
    that|I must not forget that|It is a fact that|We were all surprised that|You may not know that|It is no secret that|Let it be known that|
    It has often been said that|The good news is that|The bad news is that|The point is that|The funny thing is that|What matters is that|
    Everyone at the table knew that|I only found out yesterday that|The story goes that|Rumour has it that"""
)
_BEHIND = _listed(
    """, and nobody minded|, which surprised everyone|, although it was raining|, while the kettle boiled|, much to the delight of the
    children|, and that is all there is to it|, as the whole street knows|, just as we had hoped|, if you can believe it|, but do not tell
    anyone|, and quite rightly so|, whatever people say|, though few have noticed|, to name only one thing|, and I saw it myself|, as you
    will soon find out|, so I have been told|, strange as it sounds|, and everybody clapped|, not that it matters|, as anybody will tell
    you|, and it shows|, if the neighbours are right|, which made us laugh|, as I may have said before|, more or less|, no doubt about it|,
    and I am glad of it|, until further notice|, which is not what I had expected|, in spite of everything|, and there is a reason for it"""
)
_SENTENCE_BEFORE = _listed(
    """Here is another one.|I have made a note of this.|You asked me to tell you more.|It was a busy morning.|The coffee is ready.|Sit down
    for a moment.|I talked to {P} today.|{P} called.|The post has come.|Let me think.|This is what I know.|It rained all morning.|You will
    like this.|I promised to tell you.|Where do I begin?|There was a party last night.|Nothing much happened today.|We had soup for lunch.|A
    funny thing.|I just came home.|{P} has a new haircut.|The garden looks lovely.|I met {P} on the stairs.|Our guests have left."""
)
_SENTENCE_BEHIND = _listed(
    """That is all I know.|Nobody knows why.|I saw it myself.|Nice, isn't it?|Can you believe it?|Please do not forget it.|It was news to
    me.|What a surprise!|I hope that helps.|{P} told me.|That made me smile.|I thought you should know.|So much for that.|{P} laughed.|We
    had a good laugh.|Do not ask me why.|Keep it in mind.|That is that.|Who would have thought?|Everyone was happy.|{P} was not amused.|Time
    will tell.|And now it is time for tea.|I will tell {P} as well."""
)
_ASKING = _listed(
    """Tell me:|One question:|I forgot:|Just checking:|Excuse me,|Sorry,|Do you remember:|Let me ask you:|A question for you:|Help me
    out:|Say,|Well,|Once more:|I am curious:|Next question:|Let me see:|Think back:|Here is an easy one:|From what I told you,|Well then,|And
    tell me,|If you remember,|Just to be sure:|Let me test you:"""
)
_ASKED_BEHIND = _listed(
    ", please|, do you know|again|, by any chance|, I wonder|, if you remember|, can you tell me|, do you think|, if I may ask|, then|exactly"
)


def told(text: str, f: Filler) -> str:
    """A statement as people type it, now and then with something around it."""
    return _small(as_told(_told(text, f), f.rng), f)


def asked(text: str, f: Filler) -> str:
    """A question as people type it, now and then with something around it."""
    return _small(_asked(sentence(as_asked(text, f.rng)), f), f)


def _small(text: str, f: Filler) -> str:
    """Drawn for statement and question each, so that capitals tell nothing of the answer."""
    return text.lower() if f.rng.random() < SMALL else text


def _told(text: str, f: Filler) -> str:
    if f.rng.random() >= TOLD or not text.endswith("."):
        return text
    bare, r = text[:-1], f.rng.random()
    if r < 0.2:
        return f"{sentence(f.draw('person'))} {f.rng.choice(_SAYS)} {lowered(bare)}."
    if r < 0.32:
        return _filled(f.rng.choice(_BY_SOMEBODY), bare, f)
    if r < 0.46:
        return _filled(f.rng.choice(_WRITTEN), bare, f)
    if r < 0.72:
        return f"{f.rng.choice(_BEFORE)} {lowered(text)}"
    if r < 0.86:
        return f"{bare}{f.rng.choice(_BEHIND)}."
    if r < 0.93:
        return f"{_filled(f.rng.choice(_SENTENCE_BEFORE), bare, f)} {text}"
    return f"{text} {_filled(f.rng.choice(_SENTENCE_BEHIND), bare, f)}"


def _asked(question: str, f: Filler) -> str:
    if f.rng.random() >= ASKED or not question.endswith("?"):
        return question
    if f.rng.random() < 0.65:
        return f"{f.rng.choice(_ASKING)} {question[:1].lower() + question[1:]}"
    behind = f.rng.choice(_ASKED_BEHIND)
    return f"{question[:-1]}{behind if behind.startswith(',') else f' {behind}'}?"


def _filled(pattern: str, bare: str, f: Filler) -> str:
    parts = {"{P}": f.draw("person"), "{N}": f.rng.choice(_PAPERS), "{s}": lowered(bare), "{S}": bare}
    for slot, part in parts.items():
        pattern = with_articles(pattern.replace(slot, part)) if slot == "{N}" else pattern.replace(slot, part)
    return sentence(pattern)
