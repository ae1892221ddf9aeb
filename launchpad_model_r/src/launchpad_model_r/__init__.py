"""Models written in R: trained, tested and served by R processes of their own."""
