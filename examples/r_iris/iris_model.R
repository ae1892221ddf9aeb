# A decision tree that tells the variety of an iris from four measurements.

library(rpart)

# Return a fitted tree.
train <- function(data_sources) {
  petals <- data_sources$petals$get_dataframe()
  report("training_data", petals)
  rpart(variety ~ ., data = petals, method = "class")
}

# Return the metrics of a tree on data that it hasn't seen.
test <- function(model, data_sources) {
  petals <- data_sources$petals_test$get_dataframe()
  predicted <- stats::predict(model, petals, type = "class")
  list(
    accuracy = mean(predicted == petals$variety),
    confusion_matrix = table(petals$variety, predicted)
  )
}

# Return the variety of one flower.
predict <- function(model, args) {
  flower <- as.data.frame(args)
  list(iris_variety = stats::predict(model, flower, type = "class"))
}
