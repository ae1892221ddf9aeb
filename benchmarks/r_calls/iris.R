# A small tree, asked for the species of one flower. If it is asked to tell, it answers
# how many seconds of the processor the species have taken.

train <- function() rpart::rpart(Species ~ ., iris)

test <- function() list()

spent <- 0

predict <- function(model, args) {
  if (isTRUE(args$tell)) return(list(spent = spent))
  before <- proc.time()
  species <- stats::predict(model, as.data.frame(args), type = "class")
  # Rounded to 1 ms, which cancels out over some thousand calls.
  spent <<- spent + sum((proc.time() - before)[1:2])
  list(species = as.character(species))
}
