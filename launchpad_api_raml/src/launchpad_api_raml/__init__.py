"""API contracts in RAML for launchpad."""
