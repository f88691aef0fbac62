"""What a tab waits for, and what stands where something went wrong."""

from __future__ import annotations

from app.errands import Errands, sentence
from app.worker import Job
from core.errors import BadInput


def ended(error: Exception | None = None) -> Job:
    job = Job("told", "ada", lambda _: None, error=error)
    job.ended.set()
    return job


def test_a_job_is_waited_for_until_it_ends_and_then_says_what_went_wrong_where_it_was_asked_for() -> None:
    errands, slow = Errands(), Job("told", "ada", lambda _: None)
    errands.act("nights", lambda: slow)
    errands.act("tell", lambda: ended(BadInput("Say it shorter.")))
    assert errands.said("tell") == "Say it shorter." and errands.said("nights") is None
    slow.error = ValueError("entrails")
    slow.ended.set()
    errands.settle()
    assert errands.said("nights") == sentence(slow.error)
    assert "entrails" not in sentence(slow.error)


def test_what_cannot_be_handed_in_is_said_and_the_next_act_there_takes_it_away() -> None:
    def refuse() -> Job:
        raise BadInput("Tell it a fact first.")

    errands = Errands()
    assert errands.act("ask", refuse) is None
    assert errands.said("ask") == "Tell it a fact first."
    errands.act("ask", ended)
    assert errands.said("ask") is None
