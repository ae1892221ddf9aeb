"""From what a request carries to the arguments of predict, checked."""
