"""Slot values that are made of digits, or count and measure: numbers, times, dates, codes, phone numbers, prices, sizes."""

from __future__ import annotations

from collections.abc import Callable

from core.nursery.words import Words

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_MONTHS = """January February March April May June July August September October November December""".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ORDINALS = ["1st", "2nd", "3rd", *[f"{n}th" for n in range(4, 21)], "21st", "22nd", "23rd"]


def _number(w: Words) -> str:
    n = w.rng.randint(2, 60) if w.rng.random() < 0.6 else w.rng.randint(2, 20)
    return _SMALL[n] if n <= 20 and w.rng.random() < 0.5 else str(n)


def _time(w: Words) -> str:
    r, rng = w.rng.random(), w.rng
    hour = rng.randint(1, 12)
    if r < 0.35:
        return f"{hour} {rng.choice(('am', 'pm'))}"
    if r < 0.6:
        return f"{rng.randint(0, 23)}:{rng.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)):02d}"
    if r < 0.75:
        return f"{hour}:{rng.choice((15, 30, 45)):02d} {rng.choice(('am', 'pm'))}"
    part = rng.choice(("half past", "quarter past", "quarter to"))
    return rng.choice((f"{part} {_SMALL[hour]}", "noon", "midnight", f"{_SMALL[hour]} o'clock"))


def _date(w: Words) -> str:
    month, day = w.rng.choice(_MONTHS), w.rng.randint(1, 28)
    ordinal = w.rng.choice(_ORDINALS)
    return w.rng.choice((f"{month} {day}", f"{day} {month}", f"the {ordinal} of {month}", f"{month} {ordinal}"))


def _code(w: Words) -> str:
    rng = w.rng
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(3, 6)))
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    word = w.mix("object_nouns", 0.3).replace(" ", "")
    return rng.choice(
        (
            digits,
            digits,
            f"{letters}-{digits}",
            f"{letters}{digits}",
            f"{word}{digits[:2]}{letters[:1].lower()}",
            f"{word}-{digits[:2]}",
        )
    )


def _phone(w: Words) -> str:
    rng = w.rng
    groups = rng.choice(((3, 4), (3, 3, 4), (4, 3, 3), (2, 2, 2, 2)))
    joiner = rng.choice(("-", " "))
    return joiner.join("".join(rng.choice("0123456789") for _ in range(n)) for n in groups)


def _duration(w: Words) -> str:
    unit = w.rng.choice("minutes hours days weeks months years".split())
    return f"{_number(w)} {unit}"


def _size(w: Words) -> str:
    return f"{_number(w)} {w.rng.choice(('metres', 'centimetres', 'feet', 'inches', 'cm', 'square metres'))}"


def _count(low: int, high: int, suffix: str = "") -> Callable[[Words], str]:
    return lambda w: f"{w.rng.randint(low, high)}{suffix}"


FIGURES: dict[str, Callable[[Words], str]] = {
    "number": _number,
    "bignumber": _count(100, 99999),
    "year": _count(1100, 2099),
    "month": lambda w: w.rng.choice(_MONTHS),
    "day": lambda w: w.rng.choice(_DAYS),
    "date": _date,
    "time": _time,
    "duration": _duration,
    "age": lambda w: _number(w),
    "price": lambda w: w.rng.choice(("${}", "{} euros", "{} pounds", "${}.50", "{} dollars")).format(w.rng.randint(2, 900)),
    "distance": lambda w: f"{w.rng.randint(2, 900)} {w.rng.choice(('km', 'miles', 'kilometres', 'metres'))}",
    "weight": lambda w: f"{w.rng.randint(2, 900)} {w.rng.choice(('kg', 'grams', 'pounds', 'kilos', 'tons'))}",
    "size": _size,
    "code": _code,
    "phone": _phone,
    "temperature": lambda w: f"{w.rng.randint(2, 99)} degrees",
    "score": lambda w: w.rng.choice(("{} to {}", "{}-{}")).format(w.rng.randint(1, 30), w.rng.randint(0, 30)),
}  # fmt: skip


def as_written(w: Words, kind: str, value: str) -> str:
    """A figure as some write it: `forty-two`, `1,940`, `nine hundred`, `ten to eight`, `£45`, `2-7-7-1`; `value` where none is known."""
    rng, n = w.rng, w.rng.randint(21, 99)
    words = f"{_TENS[n // 10 - 2]}-{_SMALL[n % 10]}" if n % 10 else _TENS[n // 10 - 2]
    round_one = f"{_SMALL[rng.randint(1, 12)]} {rng.choice(('hundred', 'hundred', 'thousand'))}"
    large = rng.choice((f"{rng.randint(1000, 99999):,}", round_one, f"{_SMALL[rng.randint(1, 9)]} hundred and {words}"))
    minutes = rng.choice(("five", "ten", "twenty", "twenty-five"))
    written = {
        "number": (words,),
        "age": (words,),
        "bignumber": (large,),
        "price": (f"£{n}", f"€{n}", f"{words} dollars", f"{round_one} pounds", f"{rng.randint(1000, 9999):,} kroner", f"${n}.99"),
        "time": (f"{minutes} {rng.choice(('to', 'past'))} {_SMALL[rng.randint(1, 12)]}", f"{rng.randint(1, 12)}.{rng.randint(10, 59)}"),
        "duration": (f"{words} {rng.choice(('minutes', 'days', 'weeks'))}", f"{_SMALL[rng.randint(2, 12)]} and a half hours"),
        "date": (f"the {rng.choice(_ORDINALS)}", f"{rng.randint(1, 28)}/{rng.randint(1, 12)}", f"{rng.choice(_DAYS)} {value}"),
        "code": ("-".join(str(rng.randint(0, 9)) for _ in range(4)), f"00{n}", f"#{rng.randint(100, 9999)}"),
    }  # fmt: skip
    return rng.choice(written.get(kind, (value,)))
