"""The queue in front of the device: order, cancelling, and a thread that survives errors. No model."""

from __future__ import annotations

import threading

from app.worker import Job, Worker
from core.errors import BadInput
from core.values import SleepStep


def wait(job: Job) -> Job:
    assert job.ended.wait(10)
    return job


def test_jobs_run_one_by_one_in_order_and_know_their_place():
    worker, gate, order = Worker(), threading.Event(), []
    first = worker.submit(Job("first", "a", lambda job: gate.wait(10)))
    others = [worker.submit(Job(f"job {n}", "b", lambda job, n=n: order.append(n))) for n in range(3)]
    while worker.running is not first:
        pass
    assert [worker.position(j) for j in others] == [1, 2, 3]
    gate.set()
    for job in others:
        wait(job)
    assert order == [0, 1, 2]
    assert worker.position(others[0]) == 0


def test_a_cancelled_job_in_the_queue_never_starts():
    worker, gate, ran = Worker(), threading.Event(), []
    worker.submit(Job("first", "a", lambda job: gate.wait(10)))
    job = worker.submit(Job("second", "a", lambda job: ran.append(1)))
    job.cancel()
    assert job.is_over and job.state == "cancelled", "it need not wait for its turn to be over"
    gate.set()
    wait(worker.submit(Job("third", "a", lambda job: None)))
    assert not ran


def test_what_is_tried_in_the_lab_lets_all_others_go_first():
    worker, gate, order = Worker(), threading.Event(), []
    worker.submit(Job("holding", "a", lambda job: gate.wait(10)))
    jobs = [
        worker.submit(Job(name, "a", lambda job: order.append(job.title), kind))
        for name, kind in (("one side", "lab"), ("ask", "call"), ("the other side", "lab"), ("tell", "call"))
    ]
    gate.set()
    for job in jobs:
        wait(job)
    assert order == ["ask", "tell", "one side", "the other side"]


def test_cancel_stops_a_sleep_at_its_next_step():
    worker, started = Worker(), threading.Event()

    def work(job: Job) -> None:
        for index in range(10_000_000):
            job.on_step(SleepStep("seed", index, 10))
            started.set()

    job = worker.submit(Job("sleeping", "a", work, "sleep"))
    assert started.wait(10)
    job.cancel()
    assert wait(job).state == "cancelled"
    assert job.error is None


def test_an_error_is_kept_and_the_thread_lives_on():
    def known(job):
        raise BadInput("Type a sentence.")

    def bug(job):
        raise ZeroDivisionError

    worker = Worker()
    assert str(wait(worker.submit(Job("a", "a", known))).error) == "Type a sentence."
    assert isinstance(wait(worker.submit(Job("b", "a", bug))).error, ZeroDivisionError)
    assert wait(worker.submit(Job("c", "a", lambda job: 7))).result == 7
