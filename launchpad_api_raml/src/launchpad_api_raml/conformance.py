"""What launchpad-api-raml provides keeps to the contracts of its kinds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from launchpad_core.testing import ApiFormatContract, PluginContract

_RAML_08 = """\
#%RAML 0.8
title: Addition
baseUri: https://{host}/add/{version}
version: v0
/sum:
  get:
    queryParameters:
      x1: {type: number, required: true, example: 3}
      x2: {type: number, default: 0, maximum: 99}
  post:
    body:
      multipart/form-data:
        formParameters:
          photo: {type: file, required: true}
    responses:
      200:
        body:
          application/json:
            example: '{"sum": 5}'
"""
_RAML_10 = """\
#%RAML 1.0
title: Addition
version: v0
mediaType: application/json
uses: {parts: parts/sums.raml}
/sum:
  /{id}:
    uriParameters: {id: integer}
    get:
      responses: {200: {body: parts.Sum}}
  post:
    body: number[]
    responses: {200: {body: {type: parts.Sum, example: {sum: 5}}}}
"""
_LIBRARY = """\
#%RAML 1.0 Library
types:
  Sum: {properties: {sum: number, note?: {type: string, maxLength: 9}}}
"""


TEXTS = {
    "old.raml": _RAML_08,
    "new.raml": _RAML_10,
    "parts/sums.raml": _LIBRARY,
}


class TestRaml(ApiFormatContract):
    """The API format ``raml``, which writes RAML 1.0."""

    type = "raml"
    capabilities = ApiFormatContract.capabilities - {
        "other methods",
        "several descriptions of an answer",
    }

    @pytest.fixture
    def texts(self) -> Mapping[str, str]:
        """Return texts of both versions of RAML, as people write them."""
        return TEXTS


class TestPlugin(PluginContract):
    """The distribution."""

    distribution = "launchpad-api-raml"
