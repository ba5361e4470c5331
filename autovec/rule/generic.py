"""The generic forms that `emit` prints where no rule fits: their codes, and what the documentation says of them.

Comes in: nothing. Goes out: a table. They are not rule files because they have no pattern: they are the printer's own spellings.
"""

from __future__ import annotations

from autovec.outcome import Rounding
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Generic:
    """A form that needs no rule: its code and name, why it is faster, and a small example of both sides."""

    code: str
    name: str
    title: str
    why: str
    before: str
    after: str
    rounding: Rounding = Rounding.EXACT


GENERIC: tuple[Generic, ...] = (
    Generic(
        "AV101",
        "elementwise-map",
        "Elementwise map: one array expression instead of a loop over the elements",
        "Every iteration writes its own element and reads none that another one writes, so all run at once.\n"
        "math functions may differ from NumPy's in the last bit.",
        "for i in range(len(x)):\n    y[i] = a * x[i] + b",
        "y[:] = a * x + b",
        Rounding.APPROXIMATES,
    ),
    Generic(
        "AV102",
        "masked-map",
        "Masked map: a condition in the loop becomes a selection",
        "np.where computes both sides; where one of them could fail, only the selected elements are computed.",
        "for i in range(len(x)):\n    if x[i] > 0:\n        y[i] = x[i]\n    else:\n        y[i] = 0.0",
        "y[:] = np.where(x > 0, x, 0.0)",
    ),
    Generic(
        "AV103",
        "in-place-update",
        "In-place update: the array is changed as a whole",
        "The update stays in place, so all who hold the array see it.",
        "for i in range(len(y)):\n    y[i] += a * x[i]",
        "y += a * x",
    ),
    Generic(
        "AV104",
        "list-map",
        "List map: a list is computed as an array and turned back into a list",
        "Converting costs about 25 ns an element, so this pays only for several operations an element.",
        "out = []\nfor v in x:\n    out.append(math.sqrt(v) + 1.0)",
        "out = (np.sqrt(x) + 1.0).tolist()",
        Rounding.APPROXIMATES,
    ),
    Generic(
        "AV105",
        "loop-of-arrays",
        "Loop of arrays: the outer loop must run in order, the inner one is an array operation",
        "Each step needs the one before it, but within a step the elements are independent.",
        "for t in range(1, n):\n    for j in range(m):\n        h[t, j] = a * h[t - 1, j] + x[t, j]",
        "for t in range(1, n):\n    h[t] = a * h[t - 1] + x[t]",
    ),
    Generic(
        "AV106",
        "comprehension",
        "Comprehension: an array expression instead of one element at a time",
        "The result is turned back into a list where the program can tell.",
        "y = np.array([a * v for v in x])",
        "y = a * x",
    ),
    Generic(
        "AV200",
        "reduction",
        "Reduction: a fold over the elements as one call",
        "NumPy adds in blocks, so the last bits of a float result may differ from the loop's.",
        "total = 0.0\nfor v in x:\n    total += v * v - v",
        "total = (x * x - x).sum()",
        Rounding.REASSOCIATES,
    ),
    Generic(
        "AV401",
        "window",
        "Window view: neighbouring elements as another axis, without copying",
        "`x[i + j]` is element j of window i; a view has all windows at no cost.",
        "for i in range(len(y)):\n    for j in range(k):\n        y[i] = max(y[i], x[i + j])",
        "y = sliding_window_view(x, k).max(axis=1)",
    ),
    Generic(
        "AV501",
        "gather",
        "Gather: elements picked by an index array",
        "The index array may repeat and may be negative, as in the loop.",
        "for i in range(len(ix)):\n    y[i] = table[ix[i]]",
        "y[:] = table[ix]",
    ),
    Generic(
        "AV502",
        "scatter",
        "Scatter: elements taken in at places that may repeat",
        "np.add.at takes in one element after the other, as the loop does.\nNegative places count from the end, as in the loop.",
        "for i in range(len(ix)):\n    h[ix[i]] += w[i]",
        "np.add.at(h, ix, w)",
    ),
    Generic(
        "AV503",
        "roll",
        "Roll: neighbours around the end of an array",
        "At index -1 the loop reads the last element; np.roll moves it to the front.",
        "for i in range(len(x)):\n    y[i] = x[i] - x[i - 1]",
        "y[:] = x - np.roll(x, 1, axis=0)",
    ),
    Generic(
        "AV601",
        "running-sum",
        "Running sum: every partial total as one call",
        "np.cumsum adds in the loop's order. What the sum starts from goes in front of the elements where it is not zero.",
        "for i in range(len(x)):\n    total += x[i]\n    y[i] = total",
        "y[:] = np.cumsum(np.concatenate(([total], x)))[1:]",
        Rounding.REASSOCIATES,
    ),
    Generic(
        "AV602",
        "running-product",
        "Running product: every partial product as one call",
        "np.cumprod multiplies in the loop's order, and so do powers that grow by one factor an iteration.",
        "for i in range(len(x)):\n    y[i] = x[i] * power\n    power *= rate",
        "y[:] = x * np.cumprod(np.concatenate(([power], np.full(len(x), rate))))[:-1]",
        Rounding.REASSOCIATES,
    ),
    Generic(
        "AV603",
        "running-maximum",
        "Running maximum: the largest element so far, NaN passed over",
        "In the loop no NaN wins, and a NaN at the start stays: np.fmax.accumulate does the former, a comparison the latter.",
        "peak = -np.inf\nfor i in range(len(x)):\n    peak = max(peak, x[i])\n    y[i] = peak",
        "y[:] = np.fmax.accumulate(np.concatenate(([-np.inf], x)))[1:]",
        Rounding.REASSOCIATES,
    ),
    Generic(
        "AV604",
        "running-minimum",
        "Running minimum: the smallest element so far, NaN passed over",
        "In the loop no NaN wins, and a NaN at the start stays: np.fmin.accumulate does the former, a comparison the latter.",
        "low = np.inf\nfor i in range(len(x)):\n    low = min(low, x[i])\n    y[i] = low",
        "y[:] = np.fmin.accumulate(np.concatenate(([np.inf], x)))[1:]",
        Rounding.REASSOCIATES,
    ),
    Generic(
        "AV605",
        "running-test",
        "Running test: whether a condition held in any, or in all, of the iterations so far",
        "np.logical_or.accumulate and np.logical_and.accumulate are the running forms of any and all.",
        "seen = False\nfor i in range(len(x)):\n    seen = seen or x[i] > 0\n    y[i] = seen",
        "y[:] = np.logical_or.accumulate(x > 0)",
    ),
    Generic(
        "AV606",
        "shift",
        "Shift: what the iteration before had, without handing it on",
        "The elements without the last one, and what the first iteration is given in front of them.",
        "last = first\nfor i in range(len(x)):\n    y[i] = x[i] - last\n    last = x[i]",
        "y[:] = x - np.concatenate(([first], x))[:-1]",
    ),
    Generic(
        "AV701",
        "first-hit",
        "First hit: the test on all elements at once instead of one after the other until it holds",
        "The test is made on elements behind the first hit, too, where the loop would have stopped: it must be one that cannot\n"
        "fail there.",
        "for i in range(len(x)):\n    if x[i] > limit:\n        return i\nreturn -1",
        "hits = x > limit\nif hits.any():\n    return int(hits.argmax())\nreturn -1",
    ),
    Generic(
        "AV702",
        "validation",
        "Validation: the test in front of the loop, on all elements at once",
        "What is raised tells of the first element that is wrong, as in the loop. The elements before it are not written then.",
        "for i in range(len(x)):\n    if x[i] < 0:\n        raise ValueError(i)\n    y[i] = math.sqrt(x[i])",
        "hits = x < 0\nif hits.any():\n    i = int(hits.argmax())\n    raise ValueError(i)\ny[:] = np.sqrt(x)",
    ),
    Generic(
        "AV703",
        "last-value",
        "Last value: what a name holds behind the loop, from the last iteration that sets it",
        "The test on all elements at once; the value is computed once, for the last element that meets it.",
        "found = -1\nfor i in range(len(x)):\n    if x[i] > limit:\n        found = i",
        "found = -1\nhits = x > limit\nif hits.any():\n    found = int(np.flatnonzero(hits)[-1])",
    ),
    Generic(
        "AV901",
        "compiled-loop",
        "Compiled loop: the loop itself moves into a function that Numba compiles",
        "Where every iteration needs what the one before it computed, no array form is right, and a compiled loop is as fast as\n"
        "one in C. The kernel computes what the loop computes, in the same order, with the same types: integers that could\n"
        "leave 64 bits, types that Numba would widen and results of another kind are refused. A test of lengths puts all\n"
        "subscripts inside their arrays; where none can, as with subscripts from data, Numba checks each.\n"
        "The first call compiles, which takes half a second or so in every process.",
        "for i in range(1, len(x)):\n    y[i] = a * x[i] + (1.0 - a) * y[i - 1]",
        'if len(x) <= len(y):\n    _smooth_loop(x, y, a)\n\n\n# and above the function:\n@njit(error_model="numpy")\n'
        "def _smooth_loop(x, y, a):\n    for i in range(1, len(x)):\n        y[i] = a * x[i] + (1.0 - a) * y[i - 1]",
    ),
)
