# The same predict as an API of plumber, written as its documentation does.
#
# Rscript plumber.R MODEL_FILE PORT

given <- commandArgs(TRUE)
source(given[1L], keep.source = FALSE)
model <- train()

answer <- function(Sepal.Length, Sepal.Width, Petal.Length, Petal.Width,
                   tell = FALSE) {
  predict(model, list(
    Sepal.Length = as.numeric(Sepal.Length),
    Sepal.Width = as.numeric(Sepal.Width),
    Petal.Length = as.numeric(Petal.Length),
    Petal.Width = as.numeric(Petal.Width),
    tell = as.logical(tell)
  ))
}

api <- plumber::pr()
unboxed <- plumber::serializer_unboxed_json()
api <- plumber::pr_get(api, "/species", answer, serializer = unboxed)
plumber::pr_run(
  api, host = "127.0.0.1", port = as.integer(given[2L]), docs = FALSE, quiet = TRUE
)
