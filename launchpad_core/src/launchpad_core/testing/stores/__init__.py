"""The rules of ModelStoreContract, by what they are about."""
