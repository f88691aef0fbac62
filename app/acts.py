"""What the widgets of the pages do when they are used: callbacks, each of which hands the desk one job.

They know which widget was used by its key, and leave what a tab has to remember to `app.session`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app import selection
from app.frozen import Where
from app.session import desk, errands, link, put, value_of
from app.worker import Job
from core.errors import NocturneError
from core.lab import Side


def tell(box: str) -> None:
    """Callback of a Tell button: read the box, and empty it unless the text could not be used at all."""
    from core.facts import split_facts

    text = value_of(box) or ""
    if tell_these(lambda: split_facts(text)) is not None:
        put(box, "")
    put("told_in", box)


def refill(box: str) -> None:
    """Put back into the box, before it is drawn, whatever of it the brain could not take."""
    if value_of("told_in") == box and (rest := desk().take_unheard()):
        put(box, "\n".join(rest))


def tell_these(statements: Callable[[], list[str]]) -> Job | None:
    here = desk()
    return errands().act("tell", lambda: here.hear(statements()))


def ask(question: str, where: Where) -> None:
    here = desk()
    errands().act(f"ask-{where}", lambda: here.ask(question, where))


def ask_box(box: str, where: Where) -> None:
    """Callback of a chat box."""
    question = (value_of(box) or "").strip()
    if question:
        ask(question, where)


def edit_probe(number: int, question_box: str, answer_box: str) -> None:
    here, question, answer = desk(), value_of(question_box), value_of(answer_box)
    errands().act(f"probe-{number}", lambda: here.set_probe(number, question, answer))


def rename_night(name: str, box: str) -> None:
    here, title = desk(), value_of(box)
    errands().act("nights", lambda: here.rename_night(name, title))


def go_to_sleep(recipe: str) -> None:
    """Callback of the Sleep button; the page watches the job on the desk instead of waiting for it here."""
    selection.select("night", None)  # in the morning the newest is shown
    try:
        desk().sleep(recipe, link().seed)
    except NocturneError as error:
        errands().say("sleep", str(error))


def compare(sides: Sequence[Side]) -> None:
    """Callback of the Lab: run those sides one after the other; the page watches the jobs."""
    errands().hush("lab")
    try:
        for side in sides:
            desk().compare(side)
    except NocturneError as error:
        errands().say("lab", str(error))


def ask_ways(box: str, night: int) -> None:
    here, question = desk(), value_of(box)
    errands().act("ways", lambda: here.ask_ways(question, night))


def drop_and_ask(place: int, number: int) -> None:
    """Callback of the truth test's button."""
    here = desk()
    errands().act("drop", lambda: here.drop_and_ask(place, number))
