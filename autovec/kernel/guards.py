"""The tests in front of a kernel, as text.

Comes in: the parameters, each with what has to be asked about it. Goes out: conditions, those on the same thing in one, such
as `x.ndim == y.ndim == 1`. Not handled: what makes a test necessary, which is told by `parameters`.
"""

from __future__ import annotations

from collections.abc import Container

from autovec.kernel.parameters import Parameter
from autovec.propose.guards import are_instances


def tests_of(parameters: list[Parameter], numpy: str, taken: Container[str]) -> tuple[str, ...]:
    """The tests in front of the call, those on the same thing in one, those that others rest on first.

    `taken` are the names that mean something in the function.
    """
    groups: dict[str, list[str]] = {}
    for p in parameters:
        for test in p.tests:
            groups.setdefault(test, []).append(p.name)
    order = ("isinstance ndarray", "ndim", "dtype", "flags", "isinstance", "rectangular", "whole", "small", "within")
    ranked = sorted(groups, key=lambda test: next(k for k, start in enumerate(order) if test.startswith(start)))
    return tuple(_test(test, groups[test], numpy, taken) for test in ranked)


def _test(test: str, names: list[str], numpy: str, taken: Container[str]) -> str:
    what, _, wanted = test.partition(" ")
    if what == "isinstance":
        kind = f"{numpy}.ndarray" if wanted == "ndarray" else wanted
        return are_instances(names, kind, taken)
    if what == "rectangular":
        return " and ".join(f"len(set(map(len, {n}))) == 1" for n in names)
    if what == "small":
        power = int(wanted).bit_length() - 1
        low, high = f"-(2**{power}) <= {{}}.min(initial=0)", f"{{}}.max(initial=0) < 2**{power}"
        return " and ".join(f"{low.format(n)} and {high.format(n)}" for n in names)
    if what == "within":
        power = int(wanted).bit_length() - 1
        return " and ".join(f"-(2**{power}) <= {n} < 2**{power}" for n in names)
    if what == "whole":
        limit, array, *made = wanted.split()
        power = int(limit).bit_length() - 1
        small = f" and -(2**{power}) <= {array}.min() and {array}.max() < 2**{power}" if power < 63 else ""
        return f"{f'({array} := {made[0]})' if made else array}.dtype == {numpy}.int64{small}"
    if what == "flags.writeable":
        return " and ".join(f"{n}.{what}" for n in names)
    if what == "dtype" and " " in wanted:
        several = f"{names[0]}.dtype in ({', '.join(f'{numpy}.{k}' for k in wanted.split())})"
        return several if len(names) == 1 else f"{' == '.join(f'{n}.dtype' for n in names)} and {several}"
    value = f"{numpy}.{wanted}" if what == "dtype" else wanted
    return " == ".join([*(f"{n}.{what}" for n in names), value])
