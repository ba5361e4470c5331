"""What the editor says of a finding: the line under a squiggle, the page of a hover, the names of the actions.

Findings come in, sentences and Markdown go out. All figures come from `report`, so that an editor says what a terminal says.
"""

from __future__ import annotations

from autovec.outcome import Evidence, Finding, Left, Rewrite, Speed
from autovec.report.figures import factor, gain, seconds
from autovec.report.hunk import hunk
from autovec.report.sentence import evidence_phrase, identity, one_line, speed_phrase, statement

UNCHECKED = "not compared and not timed yet: the quick fix does both before it changes anything"


def sentence(finding: Finding) -> str:
    """One line for a list of problems."""
    _, name = identity(finding)
    if isinstance(finding, Rewrite) and finding.speed is None:
        return f"{name}: could become `{one_line(finding.message)}`"
    return f"{name}: {one_line(statement(finding))}"


def action_title(finding: Rewrite) -> str:
    """The name of the quick fix."""
    verb = "Compile with Numba" if finding.code.startswith("AV9") else "Rewrite into NumPy"
    if finding.speed is None or finding.evidence is None:
        return f"{verb}: {finding.name}"
    return f"{verb}: {finding.name} ({factor(finding.speed.speedup)} faster, checked)"


def unfixable(finding: Rewrite) -> str:
    """Why there is no quick fix where the configuration wants none."""
    return f"{finding.code} is reported only, as `fixable` and `unfixable` say"


def page(text: str, finding: Finding) -> str:
    """Everything about a loop, as Markdown; `text` is the file that it is in."""
    code, name = identity(finding)
    parts = [f"**autovec {code}** {name}"]
    parts += _rewrite_page(text, finding) if isinstance(finding, Rewrite) else _left_page(finding)
    return "\n\n".join(parts) + "\n"


def plain(markdown: str) -> str:
    """The same for a client that shows text as it is."""
    return markdown.replace("**", "").replace("```diff\n", "").replace("```python\n", "").replace("```\n", "").replace("`", "")


def _rewrite_page(text: str, finding: Rewrite) -> list[str]:
    lines = "\n".join(f"{line.sign}{line.text}".rstrip() for line in hunk(text, finding.edit))
    parts = [f"```diff\n{lines}\n```"]
    parts += [] if finding.fixable else [f"{unfixable(finding)}."]
    if finding.evidence is None or finding.speed is None:
        unchecked = UNCHECKED if finding.fixable else UNCHECKED.partition(":")[0]
        parts.append(f"May it? Yes, its dependences allow it. Is it the same, is it worth it? {unchecked.capitalize()}.")
    else:
        parts += [_proof(finding.evidence), f"{speed_phrase(finding.speed).capitalize()}.", _table(finding.speed)]
    if finding.conditions:
        tests = " and ".join(f"`{c}`" for c in finding.conditions)
        parts.append(f"The new form runs where {tests}; elsewhere the loop does.")
    return parts


def _proof(evidence: Evidence) -> str:
    sandbox = "in a sandbox" if evidence.sandboxed else "without a sandbox, which this system lacks"
    unclear = f", {evidence.inconclusive:,} inconclusive" if evidence.inconclusive else ""
    return f"{evidence_phrase(evidence)}{unclear}, run {sandbox}."


def _table(speed: Speed) -> str:
    rows = [f"| {t.size:,} | {seconds(t.before)} | {seconds(t.after)} | {gain(t)} |" for t in speed.timings]
    return "\n".join(["| n | loop | rewrite | |", "| ---: | ---: | ---: | ---: |", *rows])


def _left_page(finding: Left) -> list[str]:
    parts = [f"Left alone: {finding.refusal.message}."]
    if finding.counterexample:
        parts.append(f"A difference was found: {finding.counterexample.message}")
        parts.append(f"```python\n{finding.counterexample.snippet.strip()}\n```")
    elif finding.refusal.hint:
        parts.append(f"Help: {finding.refusal.hint}")
    return parts
