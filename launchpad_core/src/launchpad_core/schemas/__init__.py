"""JSON Schemas: checking values against them, quickly and thoroughly."""
