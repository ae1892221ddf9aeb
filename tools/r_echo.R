# Answers what it was sent, or what the sent R code gives, as worker.R would.

arguments <- commandArgs(TRUE)
values <- new.env()
sys.source(arguments[1], values)
incoming <- file("/dev/fd/0", "rb", raw = TRUE)
outgoing <- file(paste0("/dev/fd/", arguments[2]), "wb", raw = TRUE)

read_bytes <- function(size) {
  bytes <- raw()
  while (length(bytes) < size) {
    bytes <- c(bytes, readBin(incoming, "raw", size - length(bytes)))
  }
  bytes
}

answer_to <- function(message) {
  if (is.null(message$code)) return(values$pack(message))
  list(value = values$pack(eval(parse(text = message$code, encoding = "UTF-8"))))
}

repeat {
  size <- readBin(incoming, "double", 1L)
  if (!length(size)) break
  received <- values$unpack(unserialize(read_bytes(size)))
  version <- if (is.null(received$version)) 2L else received$version
  answer <- tryCatch(answer_to(received), error = function(e) {
    list(error = conditionMessage(e))
  })
  content <- if (isTRUE(received$plainly)) {
    serialize(list(value = eval(parse(text = received$code))), NULL, xdr = FALSE,
      version = version)
  } else serialize(answer, NULL, xdr = FALSE, version = version)
  writeBin(as.double(length(content)), outgoing)
  writeBin(content, outgoing)
  flush(outgoing)
}
