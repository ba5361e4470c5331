"""Data classes with slots whose methods are made when they are first needed.

Comes in: a class with annotated fields, as for `dataclasses.dataclass(slots=True)`. Goes out: what that makes of it, to the eye:
`fields`, `replace`, `asdict`, `match`, pickling and type checkers see no difference. The standard library compiles six methods a
class, which takes most of a millisecond; a run that looks at one file loads two hundred classes, and makes objects of few.

A class with bases, without slots, or with `__post_init__` is left to the standard library.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import MISSING, Field, FrozenInstanceError
from functools import cache, partial
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

Class = TypeVar("Class")

_FIELDS = "__dataclass_fields__"


def lazy_dataclass(
    *, slots: bool = False, frozen: bool = False, eq: bool = True, order: bool = False
) -> Callable[[type[Class]], type[Class]]:
    """The decorator; its words mean what they mean in `dataclasses.dataclass`."""

    def decorate(cls: type[Class]) -> type[Class]:
        if not slots or cls.__bases__ != (object,) or "__post_init__" in cls.__dict__:
            return dataclasses.dataclass(slots=slots, frozen=frozen, eq=eq, order=order)(cls)
        return _made(cls, frozen=frozen, eq=eq, order=order)

    return decorate


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = lazy_dataclass


def _made(cls: type[Any], *, frozen: bool, eq: bool, order: bool) -> type[Any]:
    """The class with slots; everything else of it is as it was."""
    plan = _plan(cls)
    space = {key: value for key, value in cls.__dict__.items() if key not in plan and key not in ("__dict__", "__weakref__")}
    space["__slots__"] = tuple(plan)
    space["__qualname__"] = cls.__qualname__
    space["__match_args__"] = tuple(name for name, one in plan.items() if one.init)
    space[_FIELDS] = _Fields(cls, plan)
    space.setdefault("__repr__", _repr([name for name, one in plan.items() if one.repr]))
    if frozen:
        _freeze(space, tuple(plan))
    made: Any = type(cls.__name__, cls.__bases__, space)
    made.__init__ = _later(made, "__init__", lambda: _init(made, plan, frozen=frozen))
    if eq:
        _add_comparisons(made, [name for name, one in plan.items() if one.compare], frozen=frozen, order=order)
    return made


def _plan(cls: type[Any]) -> dict[str, Field[Any]]:
    """The fields of a class by their names."""
    found: dict[str, Field[Any]] = {}
    for name, annotation in cls.__annotations__.items():
        if str(annotation).startswith("ClassVar"):
            continue
        given = cls.__dict__.get(name, MISSING)
        found[name] = given if isinstance(given, Field) else dataclasses.field(default=given)
    return found


class _Fields:
    """What `dataclasses.fields` and `replace` look for, made when they do."""

    def __init__(self, cls: type[Any], plan: dict[str, Field[Any]]) -> None:
        self._types, self._plan = cls.__annotations__, plan

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, Field[Any]]:
        found = {name: _finished(name, self._types[name], one) for name, one in self._plan.items()}
        setattr(owner, _FIELDS, found)
        return found


_GIVEN = ("default", "default_factory", "init", "repr", "hash", "compare", "metadata")


def _finished(name: str, annotation: object, one: Field[Any]) -> Field[Any]:
    """The field as it is in a class that the standard library made."""
    field = copy(_template())
    for word in _GIVEN:
        setattr(field, word, getattr(one, word))
    field.name, field.type, field.kw_only = name, annotation, False
    return field


@cache
def _template() -> Field[Any]:
    one: Any = dataclasses.dataclass(type("_", (), {"__annotations__": {"one": "int"}}))
    return dataclasses.fields(one)[0]


# ------------------------------------------------------------------ what is made later


def _later(cls: type[Any], method: str, make: Callable[[], tuple[str, dict[str, Any]]]) -> Callable[..., Any]:
    """A method that, called the first time, makes the one that is called from then on, of a text and the names in it."""

    def first(self: Any, *args: Any, **named: Any) -> Any:
        text, space = make()
        exec(compile(text, f"<{method} of {cls.__module__}.{cls.__qualname__}>", "exec"), space)
        setattr(cls, method, space[method])
        return space[method](self, *args, **named)

    return first


def _init(cls: type[Any], plan: dict[str, Field[Any]], *, frozen: bool) -> tuple[str, dict[str, Any]]:
    space: dict[str, Any] = {"_MISSING": MISSING}
    parameters, body = ["self"], ["pass"]
    for name, one in plan.items():
        value = name if one.init else f"_default_{name}"
        if one.default is not MISSING:
            space[f"_default_{name}"] = one.default
        if one.default_factory is not MISSING:
            space[f"_make_{name}"] = one.default_factory
            value = f"_make_{name}() if {name} is _MISSING else {name}" if one.init else f"_make_{name}()"
        if one.init:
            parameters.append(name + _default(name, one))
        if one.init or one.default is not MISSING or one.default_factory is not MISSING:
            body.append(f"_set_{name}(self, {value})" if frozen else f"self.{name} = {value}")
            space[f"_set_{name}"] = cls.__dict__[name].__set__
    return f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body), space


def _default(name: str, one: Field[Any]) -> str:
    if one.default is not MISSING:
        return f"=_default_{name}"
    return "=_MISSING" if one.default_factory is not MISSING else ""


def _add_comparisons(cls: type[Any], names: list[str], *, frozen: bool, order: bool) -> None:
    """Equality, hash and order, where the class has none of its own."""
    mine, theirs = ("".join(f"{one}.{name}, " for name in names) for one in ("self", "other"))
    relations = {"__eq__": "=="} if "__eq__" not in cls.__dict__ else {}
    relations |= {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="} if order else {}
    hashes = cls.__dict__.get("__hash__") is None  # Python puts None there where a class has an `__eq__`
    for method, sign in relations.items():
        text = (
            f"def {method}(self, other):\n if other.__class__ is not self.__class__:\n  return NotImplemented\n"
            f" return ({mine}) {sign} ({theirs})"
        )
        setattr(cls, method, _later(cls, method, partial(_text_alone, text)))
    if hashes:
        text = f"def __hash__(self):\n return hash(({mine}))"
        made: Any = _later(cls, "__hash__", partial(_text_alone, text)) if frozen else None
        cls.__hash__ = made


def _text_alone(text: str) -> tuple[str, dict[str, Any]]:
    return text, {}


def _repr(names: list[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def __repr__(self: Any) -> str:
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _freeze(space: dict[str, Any], names: tuple[str, ...]) -> None:
    def __getstate__(self: Any) -> list[Any]:
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: Iterable[Any]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    space["__setattr__"] = _refuse_to_set
    space["__delattr__"] = _refuse_to_delete
    space.setdefault("__getstate__", __getstate__)
    space.setdefault("__setstate__", __setstate__)


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
