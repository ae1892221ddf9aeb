"""A decision tree that tells the variety of an iris from four measurements."""

import pandas as pd
from launchpad_core import order_columns, report
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.tree import DecisionTreeClassifier

TARGET = "variety"


def train(data_sources):
    """Return a fitted tree."""
    petals = data_sources["petals"].get_dataframe()
    report("training_data", petals)
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    return tree.fit(order_columns(petals.drop(columns=TARGET)), petals[TARGET])


def test(model, data_sources):
    """Return the metrics of a tree on data that it hasn't seen."""
    petals = data_sources["petals_test"].get_dataframe()
    predicted = model.predict(order_columns(petals.drop(columns=TARGET)))
    return {
        "accuracy": accuracy_score(petals[TARGET], predicted),
        "confusion_matrix": confusion_matrix(petals[TARGET], predicted),
    }


def predict(model, args):
    """Return the variety of one flower."""
    flower = order_columns(pd.DataFrame([args]))
    return {"iris_variety": model.predict(flower)[0]}
