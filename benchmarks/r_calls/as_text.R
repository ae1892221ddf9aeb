# A table that is carried as JSON text of jsonlite, and bytes that are carried as they are.
#
# Rscript as_text.R IN OUT: the numbers of the inherited file descriptors. Each line of
# standard input is an order: `take FORM SIZE` reads a table or bytes, `give FORM` writes
# what was taken last, after its size in bytes.

given <- commandArgs(TRUE)
incoming <- file(paste0("/dev/fd/", given[1L]), "rb", raw = TRUE)
outgoing <- file(paste0("/dev/fd/", given[2L]), "wb", raw = TRUE)
orders <- file("stdin", "r")

take <- list(
  bytes = identity,
  columns = function(content) as.data.frame(jsonlite::fromJSON(rawToChar(content))),
  rows = function(content) jsonlite::fromJSON(rawToChar(content))
)
as_json <- function(form) function(table) {
  text <- jsonlite::toJSON(table, dataframe = form, digits = NA, na = "null")
  charToRaw(enc2utf8(text))
}
give <- list(bytes = identity, columns = as_json("columns"), rows = as_json("rows"))

while (length(order <- readLines(orders, 1L))) {
  order <- strsplit(order, " ")[[1L]]
  if (order[1L] == "take") {
    content <- readBin(incoming, "raw", as.numeric(order[3L]))
    taken <- take[[order[2L]]](content)
    writeBin(as.double(NROW(taken)), outgoing, endian = "little")
  } else {
    content <- give[[order[2L]]](taken)
    writeBin(as.double(length(content)), outgoing, endian = "little")
    writeBin(content, outgoing)
  }
  flush(outgoing)
}
