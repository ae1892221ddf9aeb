# Evaluates the R code of each message, and answers its text.
numbers <- commandArgs(trailingOnly = TRUE)
incoming <- file(paste0("/dev/fd/", numbers[1]), "rb", raw = TRUE)
outgoing <- file(paste0("/dev/fd/", numbers[2]), "wb", raw = TRUE)
repeat {
  size <- readBin(incoming, "double", 1L)
  if (!length(size)) quit("no", 0L, FALSE)
  content <- readBin(incoming, "raw", size)
  if (size < 1e6) {
    value <- eval(parse(text = rawToChar(content)), globalenv())
    content <- charToRaw(paste(value, collapse = "\n"))
  }
  writeBin(as.double(length(content)), outgoing)
  writeBin(content, outgoing)
  flush(outgoing)
}
