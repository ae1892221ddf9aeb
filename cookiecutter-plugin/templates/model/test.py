"""What `{{ cookiecutter.type }}` does beyond the contract."""

from __future__ import annotations

import pytest
from launchpad_core import DataError, Resources

from {{ cookiecutter.__package }}.runtime import {{ cookiecutter.__class }}


def runtime() -> {{ cookiecutter.__class }}:
    model = {"name": "Iris", "version": "1.0.0", "type": "{{ cookiecutter.type }}"}
    columns = {"source": "petals", "target": "variety", "by": "width"}
    return {{ cookiecutter.__class }}({**model, **columns})


def test_the_most_frequent_is_predicted() -> None:
    predict = runtime().predictor({"1": "Setosa", "2": "Virginica"}, Resources())

    assert predict({"width": 2}) == {"variety": "Virginica"}
    assert predict({"width": 3}) == {"variety": None}


def test_missing_data_source_is_told() -> None:
    with pytest.raises(DataError, match="the model needs the data source petals"):
        runtime().train(Resources(), None)
