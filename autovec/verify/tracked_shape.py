"""What an array of tracked numbers shares with any other: its shape, and other views and copies of the same elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autovec.verify.tracked_operators import Operators

Cells = NDArray[Any]


class Shaped(Operators):
    """`cells` hold the elements, `dtype` is what the loop takes them for."""

    __slots__ = ("cells", "dtype")
    __array_ufunc__ = None

    def __init__(self, cells: Cells, dtype: np.dtype[Any]) -> None:
        self.cells = cells
        self.dtype = dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.cells.shape

    @property
    def ndim(self) -> int:
        return self.cells.ndim

    @property
    def size(self) -> int:
        return self.cells.size

    @property
    def T(self) -> Self:
        return type(self)(self.cells.T, self.dtype)

    @property
    def flat(self) -> Iterator[Any]:
        return iter(self.cells.flat)

    def __len__(self) -> int:
        return len(self.cells)

    def __repr__(self) -> str:
        return f"{self.cells!r} as {self.dtype}"

    def reshape(self, *shape: Any) -> Self:
        return type(self)(self.cells.reshape(*shape), self.dtype)

    def transpose(self, *axes: Any) -> Self:
        return type(self)(self.cells.transpose(*axes), self.dtype)

    def ravel(self) -> Self:
        return type(self)(self.cells.ravel(), self.dtype)

    def flatten(self) -> Self:
        return type(self)(self.cells.flatten(), self.dtype)

    def copy(self) -> Self:
        return type(self)(self.cells.copy(), self.dtype)
