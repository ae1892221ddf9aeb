"""What to do about text that isn't YAML, where its parser's words don't say."""

from __future__ import annotations

import yaml


def remedy(fault: yaml.MarkedYAMLError, text: str) -> str | None:
    """Return what to do about a fault of YAML, or None where nothing is certain.

    Args:
        fault: What the parser says.
        text: What it read.
    """
    mark, problem = fault.problem_mark, fault.problem or ""
    if mark is not None and "cannot start any token" in problem:
        line = [*text.splitlines(), ""][mark.line]
        if line[mark.column : mark.column + 1] == "\t":
            return "indent with spaces: there is a tab"
    if "mapping values are not allowed" in problem:
        return (
            "add the colon that the line before lacks, or quote text that has a colon"
        )
    return None
