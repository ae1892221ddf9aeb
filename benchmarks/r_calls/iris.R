# A small tree, asked for the species of one flower. It tells besides how many seconds of
# the processor all of its answers have taken.

train <- function() rpart::rpart(Species ~ ., iris)

test <- function() list()

spent <- 0

predict <- function(model, args) {
  before <- proc.time()
  species <- stats::predict(model, as.data.frame(args), type = "class")
  # Rounded to 1 ms, which cancels out over some thousand calls.
  spent <<- spent + sum((proc.time() - before)[1:2])
  list(species = as.character(species), spent = spent)
}
