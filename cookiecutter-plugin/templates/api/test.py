"""What `{{ cookiecutter.type }}` does beyond the contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from launchpad_core import ApiContract, ContractError

from {{ cookiecutter.__package }}.format import {{ cookiecutter.__class }}


def test_contract_is_json() -> None:
    text = {{ cookiecutter.__class }}().write(ApiContract("Iris", version="v1"))

    assert text == '{\n  "title": "Iris",\n  "version": "v1"\n}\n'


def test_error_has_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "iris.json"
    path.write_text('{\n  "title": "Iris",\n  version\n}\n', "utf-8")

    with pytest.raises(ContractError, match=r"iris\.json:3: Expecting property name"):
        {{ cookiecutter.__class }}().read(path)
