"""Frozen dataclasses to plain JSON objects and back, guided by their type hints. Free of torch."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from math import isfinite, nan
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np


def plain(value: object) -> Any:
    """`value` in what JSON knows: dataclasses to objects, tuples and arrays to lists, NaN and infinity to
    null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def restore(kind: Any, value: Any) -> Any:
    """`value` from JSON as a `kind`: a dataclass, tuple, dict, X | None, literal or scalar, nested at will.

    Unknown keys are passed over, absent ones take their defaults. Raises TypeError, ValueError or KeyError
    when the value has another shape.
    """
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{f.name: restore(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else restore(next(k for k in inside if k is not type(None)), value)
    if origin is tuple:
        return tuple(restore(inside[0], one) for one in value)
    if origin is dict:
        return {key: restore(inside[1], one) for key, one in value.items()}
    if kind is float:
        return nan if value is None else float(value)
    scalar, literal = kind in (int, str, bool), origin is Literal
    if (scalar and type(value) is not kind) or (literal and value not in inside):
        raise TypeError(f"{value!r} is not a {kind}")
    return value
