"""What the formats of JSON Schema, OpenAPI and RAML promise, as checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

FORMATS_OF_JSON_SCHEMA = frozenset(
    (
        *("date", "date-time", "duration", "time", "email", "idn-email", "hostname"),
        *("idn-hostname", "ipv4", "ipv6", "iri", "iri-reference", "json-pointer"),
        *("regex", "relative-json-pointer", "uri", "uri-reference", "uri-template"),
        "uuid",
    )
)
"""The formats that jsonschema-rs checks by itself."""

UNCHECKED_FORMATS = frozenset(("binary", "double", "password"))
"""Formats that say something to clients, and nothing about values."""


class NumberFormat(NamedTuple):
    """What a format of numbers promises."""

    least: float
    most: float
    whole: bool


def _bits(number: int) -> NumberFormat:
    most = 2 ** (number - 1)
    return NumberFormat(-most, most - 1, whole=True)


def _unsigned(number: int) -> NumberFormat:
    return NumberFormat(0, 2**number - 1, whole=True)


_FLOAT = 3.4028234663852886e38

NUMBER_FORMATS: Mapping[str, NumberFormat] = {
    **{f"int{bits}": _bits(bits) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": _unsigned(bits) for bits in (8, 16, 32, 64)},
    "int": _bits(32),
    "long": _bits(64),
    "float": NumberFormat(-_FLOAT, _FLOAT, whole=False),
}
"""Formats of numbers."""

_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII
)
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_SHORT_DAY = rf"(?P<weekday>{'|'.join(day[:3] for day in _DAYS)})"
_LONG_DAY = rf"(?P<weekday>{'|'.join(_DAYS)})"
_TIME = r"(?P<time>\d\d:\d\d:\d\d)"
_HTTP_DATES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_SHORT_DAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"{_LONG_DAY}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"{_SHORT_DAY} {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
)


def is_base64(text: str) -> bool:
    """Whether text is base64 (RFC 4648, section 4)."""
    return _BASE64.fullmatch(text) is not None


def is_http_date(text: str) -> bool:
    """Whether text is a date of HTTP in one of its three forms (RFC 2616, 3.3.1)."""
    return http_date(text) is not None


def http_date(text: str) -> datetime | None:
    """Return the moment that a date of HTTP means, or None when it isn't one."""
    found = (pattern.fullmatch(text) for pattern in _HTTP_DATES)
    match = next((match for match in found if match), None)
    if match is None:
        return None
    year = match["year"]
    # As in POSIX, years of two digits are those from 1969 to 2068.
    century = "" if len(year) == 4 else "19" if year >= "69" else "20"
    month = _MONTHS.index(match["month"]) + 1
    iso = f"{century}{year}-{month:02}-{match['day'].replace(' ', '0')}T{match['time']}"
    try:
        moment = datetime.fromisoformat(f"{iso}+00:00")
    except ValueError:
        return None
    weekday = _DAYS[moment.weekday()]
    return moment if weekday.startswith(match["weekday"]) else None


OWN_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "byte": is_base64,
    "http-date": is_http_date,
}
"""Formats of texts that are checked here."""

EXAMPLES: Mapping[str, str] = {
    "byte": "base64",
    "date": "a date such as 1994-11-06",
    "date-time": "a moment such as 1994-11-06T08:49:37Z",
    "duration": "a duration such as P3DT12H",
    "email": "an e-mail address",
    "http-date": "a date such as Sun, 06 Nov 1994 08:49:37 GMT",
    "ipv4": "an address such as 192.0.2.1",
    "ipv6": "an address such as 2001:db8::1",
    "regex": "a regular expression",
    "time": "a time such as 08:49:37Z",
    "uri": "a URI such as https://example.org/",
    "uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
}
"""What a value of a format should be, for people."""
