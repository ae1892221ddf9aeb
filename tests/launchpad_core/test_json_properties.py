"""JSON bodies, for any schema: the quick way and the thorough one agree."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema_rs
from contract_strategies import instances, schemas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instance_strategies import plain_values
from schema_strategies import named_schemas

from launchpad_core.contract import JSON, Body
from launchpad_core.references import bundled
from launchpad_core.requests.body_checks import BodyCheck, Records
from launchpad_core.requests.json_bodies import json_reader
from launchpad_core.requests.shapes import shape_of
from launchpad_core.requests.text_values import json_of
from launchpad_core.schemas.faults import Unfit
from launchpad_core.schemas.formats import is_http_date

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "400"))
NEAR = (
    *(0, -0.0, 1.0, 1.5, -1, 2**53 + 1, 2**64, -(2**70), 10**400, 1e308, 5e-324),
    *(True, False, None, "1", "", "\u0661", [], {}, [1.0], {"a": 1.0}),
)


@st.composite
def altered(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with one thing in it replaced, spelled otherwise, or missing."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 3)) == 0:
            return {name: item for name, item in value.items() if name != key}
        if draw(st.integers(0, 3)) == 0:
            return {**value, key + "x": draw(st.sampled_from(NEAR))}
        return {**value, key: draw(altered(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(altered(value[index])), *value[index + 1 :]]
    if type(value) is int and draw(st.booleans()):
        return float(value)
    return draw(st.sampled_from(NEAR) | plain_values)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bodies_are_accepted_when_they_meet_the_schema(data: st.DataObject) -> None:
    named = data.draw(named_schemas())
    schema = data.draw(schemas(named))
    value = data.draw(instances(schema, named))
    if data.draw(st.booleans()):
        value = data.draw(altered(value))
    content = json.dumps(value, ensure_ascii=data.draw(st.booleans())).encode()
    shape = shape_of(Body(JSON, schema=schema), named)
    meets = jsonschema_rs.Draft202012Validator(
        bundled(shape.schema, named),
        formats={"http-date": is_http_date},
        validate_formats=True,
    ).is_valid(json.loads(content))
    check = BodyCheck(shape, named, label="the body")

    quick = verdict(lambda: json_reader(shape, named, label="the body")(content))
    thorough = verdict(lambda: check.records(json_of(content)))

    assert (quick is not None, thorough is not None) == (meets, meets)
    assert repr_of(quick) == repr_of(thorough)


def verdict(read: Any) -> Records | None:
    try:
        records: Records = read()
    except Unfit:
        return None
    return records


def repr_of(records: Records | None) -> str:
    """Return records so that 1 and 1.0 differ, and the order of names doesn't count."""
    return json.dumps(records, sort_keys=True)
