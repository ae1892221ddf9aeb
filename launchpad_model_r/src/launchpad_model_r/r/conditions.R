# Errors and warnings of model code, as Python is told of them.

most_warnings <- 50L
most_calls <- 100L
most_characters <- 10000L

# Returns the reply to a request: what `work` returns, or the error that it ended with.
guarded <- function(work) {
  warnings <- list()
  failed <- list()
  on_warning <- function(condition) {
    level <- getOption("warn")
    # R makes an error of it.
    if (level >= 2L) return()
    if (level >= 0L && length(warnings) < most_warnings) {
      calls <- sys.calls()
      warnings[[length(warnings) + 1L]] <<- told_warning(condition, calls)
    }
    tryInvokeRestart("muffleWarning")
  }
  # No more than that: a deep recursion leaves little room.
  on_error <- function(condition) {
    failed <<- list(calls = sys.calls(), statement = code$statement)
  }
  reply <- tryCatch(
    withCallingHandlers(
      list(kind = "result", value = pack(work())),
      warning = on_warning,
      error = on_error
    ),
    error = function(condition) told_error(condition, failed)
  )
  if (length(warnings)) reply$warnings <- warnings
  flush(stdout())
  reply
}

told_error <- function(condition, failed) {
  list(
    kind = "error",
    message = message_of(condition),
    call = deparsed(conditionCall(condition)),
    classes = I(class(condition)),
    packages = I(as.character(missing_packages(condition))),
    trace = trace_of(failed$calls, failed$statement)
  )
}

told_warning <- function(condition, calls) {
  trace <- trace_of(calls, code$statement)
  places <- Filter(function(one) !is.null(one$file), trace)
  list(
    message = message_of(condition),
    call = deparsed(conditionCall(condition)),
    place = if (length(places)) places[[length(places)]]
  )
}

# A condition may be of anybody's class, with any method that tells its message.
message_of <- function(condition) {
  text <- tryCatch(
    one_text(conditionMessage(condition)),
    error = function(other) paste("a condition of the class", class(condition)[1L])
  )
  shortened(text, most_characters)
}

missing_packages <- function(condition) {
  if (inherits(condition, "packageNotFoundError")) condition$package
}

# Returns the calls of model code, the outermost first, with their lines where R knows
# them. `calls` are those of a handler, which is the last of them; `statement` is that of
# the file, while it is run.
trace_of <- function(calls, statement) {
  begin <- Position(is_entry, calls, right = TRUE, nomatch = length(calls))
  calls <- calls[seq_along(calls) > begin + calls_of_eval & seq_along(calls) < length(calls)]
  last <- length(calls)
  if (last && identical(calls[[last]][[1L]], quote(.handleSimpleError))) {
    calls <- calls[-last]
  }
  left_out <- length(calls) - most_calls
  if (left_out > 0L) calls <- calls[-(most_calls %/% 2L + seq_len(left_out))]
  trace <- unname(lapply(calls, told_call))
  if (is.null(statement)) trace else c(list(statement), trace)
}

# What model code is called by (model.R): what comes before is not the developer's.
is_entry <- function(call) identical(call[[1L]], quote(run_model_code))

calls_of_eval <- 2L

told_call <- function(call, reference = attr(call, "srcref")) {
  c(list(call = deparsed(call)), place_of(reference))
}

# Where R has read something from, if it knows.
place_of <- function(reference) {
  file <- if (!is.null(reference)) attr(reference, "srcfile")$filename
  known <- is.character(file) && length(file) == 1L && nzchar(file)
  list(file = if (known) file, line = if (known) as.integer(reference)[1L])
}

deparsed <- function(call) {
  if (is.null(call)) return(NULL)
  if (is.call(call)) attr(call, "srcref") <- NULL
  shortened(one_text(deparse(call, width.cutoff = 120L, nlines = 1L)[1L]), 200L)
}

shortened <- function(text, most) {
  if (nchar(text) > most) paste0(substr(text, 1L, most), "...") else text
}

one_text <- function(text) valid(paste(enc2utf8(as.character(text)), collapse = "\n"))

# Text that isn't valid UTF-8, such as that of a file, must not hide what is wrong.
valid <- function(text) iconv(text, "UTF-8", "UTF-8", sub = "byte")
