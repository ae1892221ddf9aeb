"""Refuse answers that can't become a distribution, before anything is written."""

import re
import sys

TYPE = "{{ cookiecutter.type }}"
SUMMARY = """{{ cookiecutter.summary | replace('\\', '\\\\') | replace('"', '\\"') }}"""
AUTHOR = """{{ cookiecutter.author | replace('\\', '\\\\') | replace('"', '\\"') }}"""
DISTRIBUTION = "{{ cookiecutter.distribution }}"
NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
LONGEST = {"type": 24, "summary": 60}


def mistakes():
    if not re.fullmatch(NAME, TYPE):
        yield (
            f'"{TYPE}" is no name for a type: use lower case letters, digits and '
            "single _ between words, and begin with a letter, as in euro_csv"
        )
    elif len(TYPE) > LONGEST["type"]:
        yield f'"{TYPE}" is too long for a type: use at most {LONGEST["type"]} letters'
    if not 0 < len(SUMMARY) <= LONGEST["summary"]:
        yield (
            f"the summary has {len(SUMMARY)} letters: use at most "
            f"{LONGEST['summary']}, as it stands in tables"
        )
    for what, text in (("summary", SUMMARY), ("author", AUTHOR)):
        if re.search(r'["\\\x00-\x1f]', text):
            yield f'the {what} holds one of the characters " and \\, or a line break'
    if re.fullmatch(NAME, TYPE) and not re.fullmatch(
        NAME.replace("_", "-"), DISTRIBUTION
    ):
        yield (
            f'"{DISTRIBUTION}" is no name for a distribution: use lower case letters, '
            "digits and single - between words, as in launchpad-sources-weather"
        )
    if DISTRIBUTION == "launchpad-core":
        yield "launchpad-core is launchpad itself: give your distribution another name"


found = list(mistakes())
if found:
    sys.exit("\n".join(found))
