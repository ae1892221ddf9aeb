# Messages from and to Python: the number of bytes as a double, and then a serialized
# list. `unpack` and `pack` are those of values.R.

channel <- new.env()

open_channel <- function(incoming, outgoing) {
  channel$process <- Sys.getpid()
  channel$incoming <- file(paste0("/dev/fd/", incoming), "rb", raw = TRUE)
  channel$outgoing <- file(paste0("/dev/fd/", outgoing), "wb", raw = TRUE)
}

receive <- function() {
  size <- readBin(channel$incoming, "double", 1L, 8L, endian = "little")
  if (!length(size)) end()
  unpack(unserialize(read_bytes(size)))
}

# `message` is a list whose values have been packed.
send <- function(message) {
  content <- serialize(message, NULL, xdr = FALSE, version = 2L)
  size <- writeBin(as.double(length(content)), raw(), endian = "little")
  if (length(content) < 65536) {
    writeBin(c(size, content), channel$outgoing)
  } else {
    writeBin(size, channel$outgoing)
    write_bytes(content)
  }
  flush(channel$outgoing)
}

# readBin and writeBin take no more than 2^31 - 1 bytes at a time.
most <- 2^30

read_bytes <- function(size) {
  bytes <- read_some(min(size, most))
  if (length(bytes) == size) return(bytes)
  whole <- raw(size)
  whole[seq_along(bytes)] <- bytes
  done <- length(bytes)
  while (done < size) {
    bytes <- read_some(min(size - done, most))
    whole[done + seq_along(bytes)] <- bytes
    done <- done + length(bytes)
  }
  whole
}

read_some <- function(size) {
  bytes <- readBin(channel$incoming, "raw", size)
  if (!length(bytes)) end()
  bytes
}

write_bytes <- function(content) {
  done <- 0
  while (done < length(content)) {
    some <- min(length(content) - done, most)
    part <- if (some == length(content)) content else content[done + seq_len(some)]
    writeBin(part, channel$outgoing)
    done <- done + some
  }
}

# Python has closed the pipe, or is gone.
end <- function() quit("no", 0L, runLast = FALSE)
