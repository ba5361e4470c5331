"""The lazy data classes beside those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from typing import Any, ClassVar

import pytest

from autovec.record import lazy_dataclass


@lazy_dataclass(frozen=True, slots=True, order=True)
class Lazy:
    """Every kind of field."""

    a: int
    b: tuple[str, ...] = ()
    c: list[int] = field(default_factory=list[int], compare=False)
    d: float = field(default=0.5, repr=False)
    e: int = field(default=7, init=False)
    limit: ClassVar[int] = 3

    @property
    def double(self) -> int:
        """A member of its own."""
        return 2 * self.a


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Plain:
    """The same, made by the standard library."""

    a: int
    b: tuple[str, ...] = ()
    c: list[int] = field(default_factory=list[int], compare=False)
    d: float = field(default=0.5, repr=False)
    e: int = field(default=7, init=False)
    limit: ClassVar[int] = 3

    @property
    def double(self) -> int:
        """A member of its own."""
        return 2 * self.a


@lazy_dataclass(slots=True)
class Changing:
    """One whose fields can be set."""

    x: int
    y: dict[str, int] = field(default_factory=dict[str, int])
    z: int = dataclasses.field(init=False)


@lazy_dataclass(slots=True, eq=False)
class Itself:
    """One that equals itself only."""

    x: int = 0


@pytest.mark.parametrize("words", [(1,), (1, ("x",), [2]), (1, ("x",), [2], 1.5)])
def test_objects_are_like_those_of_the_standard_library(words: tuple[Any, ...]) -> None:
    lazy, plain = Lazy(*words), Plain(*words)
    assert repr(lazy) == repr(plain).replace("Plain", "Lazy")
    assert asdict(lazy) == asdict(plain)
    assert (hash(lazy), lazy.double, Lazy.limit) == (hash(plain), plain.double, Plain.limit)
    assert [(f.name, f.init, f.repr, f.compare, f.default, f.type) for f in fields(Lazy)] == [
        (f.name, f.init, f.repr, f.compare, f.default, f.type) for f in fields(Plain)
    ]
    assert Lazy.__match_args__ == Plain.__match_args__
    assert Lazy.__slots__ == Plain.__slots__
    assert not hasattr(lazy, "__dict__")


def test_equality_order_and_copies() -> None:
    one, same, more = Lazy(1, c=[1]), Lazy(1, c=[2]), Lazy(2)
    assert one == same and one != more and one != Plain(1) and one < more <= more and not one > more
    assert len({one, same, more}) == 2
    assert replace(one, a=5) == Lazy(5)
    with pytest.raises(TypeError):
        replace(one, no=5)
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (again, again.c) == (one, one.c)
    match more:
        case Lazy(a, b, d=d):
            assert (a, b, d) == (2, (), 0.5)
        case _:
            raise AssertionError


def test_frozen_ones_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Lazy(1).a = 2
    with pytest.raises(FrozenInstanceError):
        del Lazy(1).a
    with pytest.raises((AttributeError, TypeError)):
        Lazy(1).new = 2


@pytest.mark.parametrize("words, named", [((), {}), ((1, (), [], 0.5, 7), {}), ((1,), {"a": 2}), ((1,), {"no": 2})])
def test_wrong_arguments_are_refused_also_the_second_time(words: tuple[Any, ...], named: dict[str, Any]) -> None:
    for _ in range(2):
        with pytest.raises(TypeError):
            Lazy(*words, **named)


def test_those_that_change() -> None:
    one, other = Changing(1), Changing(1)
    one.y["k"] = 2
    one.x = other.x = 3
    one.z = other.z = 4
    assert (one.y, other.y) == ({"k": 2}, {})
    assert one != other
    assert Changing.__hash__ is None
    assert pickle.loads(pickle.dumps(one)) == one
    assert Itself() != Itself()
    assert len({Itself(), Itself()}) == 2


def test_a_constructor_is_compiled_when_it_is_first_called() -> None:
    @lazy_dataclass(slots=True)
    class Fresh:
        x: int

    before = Fresh.__init__
    Fresh(1)
    assert Fresh.__init__ is not before
    assert Fresh.__init__.__code__.co_varnames == ("self", "x")


def test_what_it_does_not_handle_is_left_to_the_standard_library() -> None:
    @lazy_dataclass(slots=True)
    class After:
        x: int

        def __post_init__(self) -> None:
            self.x += 1

    @lazy_dataclass(frozen=True)
    class Open:
        x: int

    assert After(1).x == 2
    assert Open(1).__dict__ == {"x": 1}


def test_a_text_that_holds_itself_ends() -> None:
    one = Changing(1)
    one.y["self"] = one  # pyright: ignore[reportArgumentType]
    one.z = 0
    assert repr(one) == "Changing(x=1, y={'self': ...}, z=0)"
