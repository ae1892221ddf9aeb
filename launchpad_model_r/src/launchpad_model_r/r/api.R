# What model code can call: the functions of `offered`, and data_sources and data_sinks.

# Puts the functions in front of all attached packages. A model that holds one, or the
# chunks of a table, is stored with the environment that the function was written in:
# with that of base, which is stored by its name, and not with all that is in ours.
offer_api <- function() {
  if ("launchpad" %in% search()) detach("launchpad", character.only = TRUE)
  functions <- lapply(offered, `environment<-`, .BaseNamespaceEnv)
  functions$.launchpad_ask <- ask
  attach(functions, pos = 2L, name = "launchpad", warn.conflicts = FALSE)
}

# They see what is in base, and .launchpad_ask.
offered <- list(
  get_dataframe = function(name, params = NULL, chunksize = NULL) {
    reading <- .launchpad_ask(
      "get_dataframe", name = name, params = params, chunksize = chunksize
    )
    if (is.null(chunksize)) return(reading)
    # A function that returns the next chunk, and NULL when there is none.
    function() .launchpad_ask("next_chunk", reading = reading)
  },
  get_raw = function(name, params = NULL) {
    .launchpad_ask("get_raw", name = name, params = params)
  },
  put_dataframe = function(name, dataframe, params = NULL, chunksize = NULL) {
    invisible(.launchpad_ask(
      "put_dataframe", name = name, data = as.data.frame(dataframe),
      params = params, chunksize = chunksize
    ))
  },
  put_raw = function(name, raw_data, params = NULL) {
    invisible(.launchpad_ask("put_raw", name = name, data = raw_data, params = params))
  },
  report = function(name, value) {
    invisible(.launchpad_ask("report", name = name, data = value))
  },
  order_columns = function(x) {
    if (is.null(names(x))) {
      stop("order_columns takes a data frame or a named list", call. = FALSE)
    }
    # In the order of the characters' codes, as in Python, whatever the locale.
    index <- order(enc2utf8(names(x)), method = "radix")
    if (is.data.frame(x)) `[.data.frame`(x, index) else x[index]
  }
)

# Asks Python for something while it waits for the reply to its request.
ask <- function(what, ...) {
  if (Sys.getpid() != channel$process) {
    stop("data can't be read or written in a forked process, as of mclapply: ",
      "do so before or after", call. = FALSE)
  }
  # Python logs what it does: what has been printed until now comes first.
  flush(stdout())
  send(pack(list(kind = "question", what = what, ...)))
  reply <- receive()
  if (identical(reply[["kind"]], "fault")) stop(python_error(reply))
  reply[["value"]]
}

# An error of Python as a condition, which tryCatch can tell by the name of its class.
python_error <- function(fault) {
  structure(
    class = c(unlist(fault[["classes"]]), "python_error", "error", "condition"),
    list(message = fault[["message"]], call = NULL)
  )
}

# A list of all data sources or sinks by name; it is small, since it may be stored with
# the model when a formula keeps the environment that it was written in.
resources <- function(kind, names) {
  found <- lapply(unlist(names), resource, kind = kind)
  structure(found, names = unlist(names), kind = kind, class = "launchpad_resources")
}

resource_methods <- list(
  "data source" = c("get_dataframe", "get_raw"),
  "data sink" = c("put_dataframe", "put_raw")
)

resource <- function(name, kind) {
  methods <- resource_methods[[kind]]
  bound <- lapply(methods, function(method) {
    as.function(
      list(... = quote(expr = ), call(method, name, quote(...))),
      envir = globalenv()
    )
  })
  structure(
    bound, names = methods, kind = paste("function of a", kind),
    class = "launchpad_resources"
  )
}

element <- function(x, name) {
  found <- unclass(x)[[name, exact = TRUE]]
  if (!is.null(found)) return(found)
  there <- if (length(x)) paste(names(x), collapse = ", ") else "none"
  message <- sprintf('there is no %s "%s" (known: %s)', attr(x, "kind"), name, there)
  stop(message, call. = FALSE)
}

registerS3method("$", "launchpad_resources", element, envir = baseenv())
registerS3method("[[", "launchpad_resources", element, envir = baseenv())
