"""A model without data: it has learned to add an offset that its config names."""


def train(model_conf):
    """Return the offset."""
    return {"offset": model_conf["offset"]}


def test(model):
    """Return how often a sum that is known comes out."""
    return {"accuracy": float(predict(model, {"x1": 1, "x2": 2})["sum"] == 3)}


def predict(model, args):
    """Return the sum of two numbers."""
    return {"sum": args["x1"] + args["x2"] + model["offset"]}
