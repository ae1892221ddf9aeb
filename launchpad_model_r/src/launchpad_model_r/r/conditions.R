# Errors and warnings of model code, as Python is told of them.

most_warnings <- 50L
most_calls <- 100L

# Returns the reply to a request: what `work` returns, or the error that it ended with.
guarded <- function(work) {
  warnings <- list()
  trace <- list()
  on_warning <- function(condition) {
    calls <- sys.calls()
    if (length(warnings) < most_warnings) {
      warnings[[length(warnings) + 1L]] <<- told_warning(condition, calls)
    }
    tryInvokeRestart("muffleWarning")
  }
  # A deep recursion leaves little room: the error is worth more than its trace.
  on_error <- function(condition) {
    calls <- sys.calls()
    trace <<- tryCatch(trace_of(calls), error = function(e) list())
  }
  reply <- tryCatch(
    withCallingHandlers(
      list(kind = "result", value = pack(work())),
      warning = on_warning,
      error = on_error
    ),
    error = function(condition) told_error(condition, trace)
  )
  if (length(warnings)) reply$warnings <- warnings
  flush(stdout())
  reply
}

told_error <- function(condition, trace) {
  list(
    kind = "error",
    message = one_text(conditionMessage(condition)),
    call = deparsed(conditionCall(condition)),
    classes = I(class(condition)),
    packages = I(as.character(missing_packages(condition))),
    trace = trace
  )
}

told_warning <- function(condition, calls) {
  trace <- trace_of(calls)
  places <- Filter(function(one) !is.null(one$file), trace)
  list(
    message = one_text(conditionMessage(condition)),
    call = deparsed(conditionCall(condition)),
    place = if (length(places)) places[[length(places)]]
  )
}

missing_packages <- function(condition) {
  if (inherits(condition, "packageNotFoundError")) condition$package
}

# Returns the calls of model code, the outermost first, with their lines where R knows
# them. `calls` are those of a handler, which is the last of them.
trace_of <- function(calls) {
  begin <- Position(is_entry, calls, right = TRUE, nomatch = length(calls))
  calls <- calls[seq_along(calls) > begin + calls_of_eval & seq_along(calls) < length(calls)]
  last <- length(calls)
  if (last && identical(calls[[last]][[1L]], quote(.handleSimpleError))) {
    calls <- calls[-last]
  }
  left_out <- length(calls) - most_calls
  if (left_out > 0L) calls <- calls[-(most_calls %/% 2L + seq_len(left_out))]
  trace <- unname(lapply(calls, told_call))
  if (is.null(code$statement)) trace else c(list(code$statement), trace)
}

# What model code is called by (model.R): what comes before is not the developer's.
is_entry <- function(call) identical(call[[1L]], quote(run_model_code))

calls_of_eval <- 2L

told_call <- function(call) {
  reference <- attr(call, "srcref")
  file <- if (!is.null(reference)) attr(reference, "srcfile")$filename
  known <- is.character(file) && length(file) == 1L && nzchar(file)
  list(
    call = deparsed(call),
    file = if (known) file,
    line = if (known) as.integer(reference)[1L]
  )
}

# A statement of the file itself isn't always a call that R would list.
told_statement <- function(expression, reference) {
  list(
    call = deparsed(expression),
    file = attr(reference, "srcfile")$filename,
    line = as.integer(reference)[1L]
  )
}

deparsed <- function(call) {
  if (is.null(call)) return(NULL)
  if (is.call(call)) attr(call, "srcref") <- NULL
  text <- one_text(deparse(call, width.cutoff = 120L, nlines = 1L)[1L])
  if (nchar(text) > 200L) paste0(substr(text, 1L, 200L), "...") else text
}

one_text <- function(text) valid(paste(enc2utf8(as.character(text)), collapse = "\n"))

# Text that isn't valid UTF-8, such as that of a file, must not hide what is wrong.
valid <- function(text) iconv(text, "UTF-8", "UTF-8", sub = "byte")
