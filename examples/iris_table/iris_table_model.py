"""A decision tree that tells the varieties of many irises at once."""

import pandas as pd
from launchpad_core import order_columns
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier

TARGET = "variety"


def train(data_sources):
    """Return a fitted tree."""
    petals = data_sources["petals"].get_dataframe()
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    return tree.fit(order_columns(petals.drop(columns=TARGET)), petals[TARGET])


def test(model, data_sources):
    """Return the metrics of a tree on data that it hasn't seen."""
    petals = data_sources["petals_test"].get_dataframe()
    predicted = model.predict(order_columns(petals.drop(columns=TARGET)))
    return {"accuracy": accuracy_score(petals[TARGET], predicted)}


def predict(model, frame):
    """Return the variety of each flower: a row of the frame, a row of the answer."""
    return pd.DataFrame({TARGET: model.predict(order_columns(frame))})
