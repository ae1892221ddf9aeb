"""The rules of ModelTypeContract, by what they are about."""
