"""API contracts in OpenAPI for launchpad."""
