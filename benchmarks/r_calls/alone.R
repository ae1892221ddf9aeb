# The time that a model's predict takes in a loop of R.
#
# Rscript alone.R MODEL_FILE ARGS: each line of standard input is a number of calls;
# the answer is a line of JSON with the seconds of the clock, and of the processor.

given <- commandArgs(TRUE)
source(given[1L], keep.source = FALSE)
model <- train()
args <- jsonlite::fromJSON(given[2L])
orders <- file("stdin", "r")
while (length(calls <- readLines(orders, 1L))) {
  before <- proc.time()
  for (call in seq_len(as.integer(calls))) predict(model, args)
  spent <- unclass(proc.time() - before)
  cat(sprintf('{"wall": %f, "cpu": %f}\n', spent[[3L]], spent[[1L]] + spent[[2L]]))
}
