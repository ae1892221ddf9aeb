"""A project that needs nothing but the core: its API format is a local plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from store_writers import Start, writers

CONTRACT_PLUGIN = '''
"""Contracts written in Python: the file holds an ApiContract called contract."""
import runpy
from launchpad_core import ApiFormat, ApiFormatType, hookimpl

@hookimpl
def launchpad_api_formats():
    yield ApiFormatType(
        "py", implementation="py_contracts:PyFormat", summary="Contracts in Python"
    )

class PyFormat(ApiFormat):
    def read(self, path):
        return runpy.run_path(str(path))["contract"]

    def write(self, contract):
        return f"contract = {contract!r}\\n"
'''


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes files into the project's folder."""

    def write_files(**files: str) -> Path:
        for name, text in files.items():
            stem, _, suffix = name.rpartition("_")
            path = tmp_path / f"{stem}.{suffix}"
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def project(write: Callable[..., Path]) -> Path:
    """Return the folder of a small project: it adds what it is asked to."""
    return write(
        py_contracts_py=CONTRACT_PLUGIN,
        model_py="""
            def train(model_conf):
                return {"offset": model_conf["offset"]}

            def test(model):
                return {"accuracy": 1.0}

            def predict(model, args):
                return {"sum": args["x"] + model["offset"]}
        """,
        contract_py="""
            from launchpad_core import ApiContract, Operation, Parameter

            contract = ApiContract(
                "Sums",
                version="v1",
                operations=(
                    Operation(
                        "GET",
                        path="/sums",
                        parameters=(
                            Parameter(
                                "x",
                                location="query",
                                schema={"type": "integer"},
                                required=True,
                            ),
                        ),
                    ),
                ),
            )
        """,
        cfg_yml="""
            plugins: [py_contracts]
            model_store:
              location: store
            model:
              name: Sums
              version: '1.2.0'
              module: model
              offset: 10
            api:
              name: sums
              py: contract.py
        """,
    )


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """Return the folder of a directory store that isn't there yet."""
    return tmp_path / "store"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a writer of a store in a process of its own."""
    with writers(tmp_path) as start:
        yield start
