# What R sends and receives. Python reads plain vectors, lists and data frames, and
# text in blocks (a raw vector), which is quicker to read than R's text one by one. R
# reads what unserialize() makes, and text as codes where few values are repeated.

# Return a value as one that can be sent; `place` says where it is, for errors.
# (A promise, like every `place` below: it costs nothing until there is an error.)
pack <- function(x, place = "") {
  switch(typeof(x),
    "NULL" = NULL,
    logical = , integer = , double = , complex = , raw =
      if (is.null(attributes(x))) x else pack_vector(x, place),
    character = pack_text(x, place),
    list = pack_list(x, place),
    pairlist = pack_list(as.list(x), place),
    refuse(x, place)
  )
}

refuse <- function(x, place) {
  what <- if (isS4(x)) "an S4 object"
    else if (inherits(x, "formula")) "a formula"
    else switch(typeof(x),
      closure = , builtin = , special = "a function",
      environment = "an environment",
      symbol = "a name",
      language = "a call",
      expression = "an expression",
      externalptr = "an external pointer",
      paste("an object of type", typeof(x)))
  stop(as_place(place), what, " can't be sent to Python", call. = FALSE)
}

as_place <- function(place) if (nzchar(place)) paste0(place, ": ") else ""

# Of the attributes only those are kept that Python reads: others may be large, or
# hold what can't be sent.
kept_attributes <- c("class", "levels", "tzone", "units", "dim")

pack_vector <- function(x, place) {
  if (isS4(x)) refuse(x, place)
  if (is.factor(x) && is.null(levels(x))) x <- factor(x)
  if (inherits(x, c("Date", "POSIXct"))) check_times(x, place)
  kept <- attributes(x)
  kept <- kept[names(kept) %in% kept_attributes]
  if (!is.null(kept$levels)) kept$levels <- pack_text(kept$levels, place)
  attributes(x) <- NULL
  if (length(kept)) structure_as(x, kept) else x
}

# Not by attributes<-, which checks what a factor's levels and a class may be.
structure_as <- function(x, kept) {
  for (name in setdiff(names(kept), "class")) attr(x, name) <- kept[[name]]
  oldClass(x) <- kept$class
  x
}

# Python's own dates and times end with the years 1 and 9999.
check_times <- function(x, place) {
  days <- as.numeric(unclass(x))
  if (inherits(x, "POSIXct")) days <- days / 86400
  if (any(days < -719162 | days >= 2932897, na.rm = TRUE)) {
    stop(as_place(place), "a time beyond the years 1 to 9999 can't be sent to Python",
      call. = FALSE)
  }
}

pack_text <- function(x, place) {
  if (!is.null(attributes(x))) {
    if (isS4(x)) refuse(x, place)
    kept <- attributes(x)
    kept <- kept[names(kept) %in% kept_attributes]
    attributes(x) <- NULL
    x <- pack_text(x, place)
    classes <- c(oldClass(x), kept$class)
    kept$class <- NULL
    if (!is.null(kept$dim)) {
      if (is.list(x)) attr(x, "dimensions") <- kept$dim else attr(x, "dim") <- kept$dim
    }
    oldClass(x) <- classes
    return(x)
  }
  # Before enc2utf8, which spells the bytes that it can't read: "gr<fc>n".
  unclear <- !validUTF8(x)
  if (any(unclear) && any(Encoding(x[unclear]) != "latin1")) {
    stop(as_place(place), "text that isn't valid UTF-8 can't be sent to Python",
      call. = FALSE)
  }
  x <- enc2utf8(x)
  if (length(x) < 32L) return(x)
  structure(
    list(writeBin(x, raw(), useBytes = TRUE), as.numeric(length(x)), which(is.na(x))),
    class = "launchpad_text"
  )
}

pack_list <- function(x, place) {
  if (inherits(x, "data.frame")) return(pack_frame(x, place))
  if (inherits(x, "POSIXlt")) return(pack_vector(as.POSIXct(x), place))
  if (inherits(x, "numeric_version")) return(pack_text(as.character(x), place))
  if (isS4(x)) refuse(x, place)
  names <- names(x)
  if (anyDuplicated(names[nzchar(names)])) check_names(names, place)
  if (!is.null(attributes(x))) attributes(x) <- NULL
  for (i in seq_along(x)) {
    one <- .subset2(x, i)
    if (is.null(one) || (is.double(one) && is.null(attributes(one)))) next
    x[[i]] <- pack(one, paste0(place, step_to(names, i, nzchar(place))))
  }
  if (!is.null(names)) names(x) <- enc2utf8(names)
  x
}

# A dict of Python would only keep the last of them.
check_names <- function(names, place) {
  twice <- names[nzchar(names) & duplicated(names)][1L]
  stop(as_place(place), "a list with two elements that are named ", twice,
    " can't be sent to Python", call. = FALSE)
}

step_to <- function(names, i, inside) {
  if (is.null(names) || is.na(names[i]) || names[i] == "") return(paste0("[[", i, "]]"))
  paste0(if (inside) "$", names[i])
}

pack_frame <- function(x, place) {
  rows <- .row_names_info(x, 2L)
  columns <- flat_columns(x)
  names <- enc2utf8(as.character(names(columns)))
  # pandas, unlike a dict, can have two columns of a name.
  if (anyDuplicated(names)) names(columns) <- seq_along(columns)
  columns <- pack_list(columns, place)
  structure_as(columns, list(
    names = names, row.names = .set_row_names(rows), class = "data.frame"))
}

# A matrix or data frame in a column becomes columns of its own, as data.frame() does.
flat_columns <- function(x) {
  columns <- unclass(x)
  attributes(columns) <- list(names = as.character(names(x)))
  wide <- vapply(columns, function(one) length(dim(one)) == 2L, NA)
  if (!any(wide)) return(columns)
  parts <- lapply(seq_along(columns), function(i) {
    one <- columns[[i]]
    if (!wide[i]) return(columns[i])
    inner <- if (is.data.frame(one)) flat_columns(one) else columns_of(unclass(one))
    names(inner) <- paste(names(columns)[i], names(inner), sep = ".")
    inner
  })
  do.call(c, parts)
}

columns_of <- function(matrix) {
  columns <- lapply(seq_len(ncol(matrix)), function(j) as.vector(matrix[, j]))
  names(columns) <- if (is.null(colnames(matrix))) seq_along(columns) else colnames(matrix)
  columns
}

# Return what Python sent, with its coded text as text.
unpack <- function(x) {
  if (is.null(attr(x, "coded"))) return(x)
  attr(x, "coded") <- NULL
  as_text(x)
}

as_text <- function(x) {
  if (inherits(x, "launchpad_codes")) return(attr(x, "values")[x])
  if (!is.list(x)) return(x)
  kept <- attributes(x)
  attributes(x) <- NULL
  for (i in seq_along(x)) {
    one <- .subset2(x, i)
    if (is.list(one) || is.object(one)) x[[i]] <- as_text(one)
  }
  attributes(x) <- kept
  x
}
