# A model that takes no time: what a call costs is what carries it.

train <- function() list()

test <- function() list()

predict <- function(model, args) list(species = "setosa")
