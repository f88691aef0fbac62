"""Roles: what else a clause may say beside who did what, and how one asks for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A part of a clause: its slots, how it stands in the sentence, and how one asks for it."""

    slots: tuple[tuple[str, str], ...]
    text: str
    asks: tuple[str, ...]  # "Where {q}": {q} is the rest of the question in question order
    answer: str
    front: bool = False  # may open the sentence


_TIMES = "yesterday|last week|this morning|last summer|two days ago|last night|three years ago|at dawn|after lunch|before breakfast|last winter|a month ago|on Christmas Eve|at the weekend|years ago"
_COMING = "tomorrow|next week|tonight|next summer|in two days|this evening|at dawn|after lunch|next year|next month|at the weekend|in an hour"
_USUAL = "every Friday|every morning|on Sundays|every day|at night|once a week|twice a month|in the winter|every summer|on Tuesdays|all day|at weekends|after work"
_REASONS = "it was broken|it was cold|the rain came|nobody else would|it was late|the door was open|the lights went out|the doctor said so|it was a gift|the bus was late|the price was low|the music was loud|the old one was lost|a friend asked|the guests were hungry|winter was coming"


def _when(kind: str, text: str, *more: str) -> Role:
    return Role((("T", kind),), text, ("When {q}", "When {q}", *more), "{T}", front=True)


_ROLES = {
    "town": Role((("P", "town"),), "in {P}", ("Where {q}", "Where {q}", "In which town {q}", "In what place {q}"), "{P}", True),
    "venue": Role((("P", "venue"),), "at {P}", ("Where {q}", "Where {q}", "At which place {q}"), "{P}", True),
    "room": Role((("P", "room"),), "in {P}", ("Where {q}", "Where {q}", "In which room {q}"), "{P}", True),
    "spot": Role((("R", "prep"), ("P", "place_np")), "{R} {P}", ("Where {q}",), "{R} {P}", True),
    "day": _when("day", "on {T}", "On which day {q}", "Which day {q}", "On what day {q}"),
    "date": _when("date", "on {T}", "On what date {q}", "What date {q}"),
    "month": _when("month", "in {T}", "In which month {q}", "What month {q}"),
    "year": _when("year", "in {T}", "In what year {q}", "Which year {q}", "What year {q}"),
    "hour": _when("time", "at {T}", "At what time {q}", "What time {q}"),
    "with": Role((("C", "person"),), "with {C}", ("Who {q} with", "With whom {q}", "Who {q} with"), "{C}"),
    "because": Role((("B", f"{{{_REASONS}}}"),), "because {B}", ("Why {q}", "Why {q}", "For what reason {q}"), "{B}"),
    "tool": Role((("I", "athing"),), "with {I}", ("What {q} with", "With what {q}", "What tool {q} with"), "{I}"),
    "for": Role((("F", "person"),), "for {F}", ("Who {q} for", "For whom {q}"), "{F}"),
    "to": Role((("F", "person"),), "to {F}", ("Who {q} to", "To whom {q}", "Who {q} to"), "{F}"),
    "from": Role((("F", "person"),), "from {F}", ("Who {q} from", "From whom {q}"), "{F}"),
    "from_place": Role((("F", "place_np"),), "from {F}", ("Where {q} from", "From where {q}"), "{F}"),
    "to_event": Role((("F", "event"),), "to {F}", ("What {q} to", "To what {q}"), "{F}"),
    "price": Role((("M", "price"),), "for {M}", ("How much {q} for", "For how much {q}", "At what price {q}"), "{M}"),
}  # fmt: skip


def role_named(name: str) -> Role:
    """The role of that name; `past`, `present` and the other tenses, and `times`, name the time that goes with them."""
    closed = {"times": _TIMES, "will": _COMING, "going": _COMING, "present": _USUAL, "progressive": "now|today|this week|at the moment|tonight|this evening", "perfect": "this week|today|before|twice|many times|this year|three times"}  # fmt: skip
    return _when(f"{{{closed[name]}}}", "{T}") if name in closed else _ROLES[name]
