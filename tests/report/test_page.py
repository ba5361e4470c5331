"""The HTML page: all of it is there, nothing of it comes from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from test_report_formats import DOT, LEFT, SPEED, WRONG, report

from autovec.outcome import FileReport, Refusal, Speed, Timing
from autovec.report.formats import Run
from autovec.report.page import page
from autovec.report.plot import plot

RUN = Run("rewrite", "1.0", (), False, lambda code: f"{code} name\n\nWhat {code} means.\n")
VOID = {"meta", "link", "br", "line", "circle", "polyline", "rect"}


class Balanced(HTMLParser):
    """Counts what is open, and collects texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [tag] if tag not in VOID and tag not in ("li", "p") else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and tag not in ("li", "p"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(*reports: FileReport) -> tuple[str, str]:
    """The page, and its texts alone."""
    text = page(reports, RUN)
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    return text, " ".join(parser.texts)


def test_everything_is_on_the_page() -> None:
    _, words = read(report(DOT, LEFT, WRONG), FileReport("bad.py", error="AV001 <no>"))
    for part in (
        "AV201 dot-product",
        "src/m.py:3:5 in f",
        "-     for i in range(len(a)):",
        "+     total += np.dot(a, b)",
        "1,204 cases equal within the loop's own rounding error",
        "820 µs",
        "pays from n = 12",
        "AV020 loop-carried-dependence",
        "What AV020 means.",
        "help: compile it",
        "they differ",
        "bad.py",
        "AV001 <no>",
    ):
        assert part in words


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs() -> None:
    text, _ = read(report(DOT, LEFT))
    assert re.findall(r"<script|@import|url\(|https?:|src=|href=(?!\"data:,\")", text) == []
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text


def test_user_text_is_escaped() -> None:
    strange = replace(LEFT, refusal=Refusal("AV020", "`a < b` & <script>alert()</script>"), function="<f>")
    text, words = read(report(strange))
    assert "<script" not in text
    assert "`a < b` & <script>alert()</script>" in words


def test_an_empty_run_has_a_page() -> None:
    assert "0 rewrites" in read(FileReport("m.py"))[1]


@pytest.mark.parametrize(
    "speed",
    [
        SPEED,
        Speed((Timing(4, 1e-6, 1e-6),), None),
        Speed((Timing(0, 1e-9, 0.0), Timing(10**7, 3.0, 2e-9)), 10**7),
    ],
)
def test_every_line_of_a_plot_lies_in_its_frame(speed: Speed) -> None:
    svg = plot(speed, "NumPy")
    lines = " ".join(re.findall(r'points="([^"]+)"', svg))
    places = [tuple(map(float, pair.split(","))) for pair in lines.split()]
    assert len(places) >= 2
    assert all(0 <= x <= 560 and 0 <= y <= 300 for x, y in places)
    assert ("pays from" in svg) == (speed.pays_from is not None)


def test_the_places_are_logarithmic() -> None:
    svg = plot(Speed((Timing(1, 1e-6, 1e-6), Timing(10, 1e-5, 1e-6), Timing(100, 1e-4, 1e-6)), 1), "Numba")
    (before, _) = re.findall(r'points="([^"]+)"', svg)
    xs = [float(pair.split(",")[0]) for pair in before.split()]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)


def test_the_form_that_was_not_taken_has_its_line() -> None:
    speed = replace(SPEED, other=((10, 8e-7), (10_000, 9e-5)))
    svg = plot(speed, "NumPy", "Numba")
    assert svg.count("<polyline") == 3
    assert "Numba, not taken" in svg
    assert "Numba from 800 ns to 90.0 µs" in svg
    text, _ = read(report(replace(DOT, speed=speed)))
    assert text.count("Numba, not taken") == 1


def test_a_kernel_is_shown_beside_the_call_of_it() -> None:
    _, words = read(report(replace(DOT, edit=replace(DOT.edit, definition="@njit\ndef _f_loop(a):\n    return a < 1\n"))))
    assert "+ def _f_loop(a): +     return a < 1" in words
