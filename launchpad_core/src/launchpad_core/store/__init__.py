"""The model store: builds that never change, and a log of what became of them."""
