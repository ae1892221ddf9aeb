# The developer's functions, the models that this process holds, and all requests.

roles <- list(
  train = c("train", "create_trained_model"),
  test = c("test", "test_trained_model"),
  predict = c("predict", "predict_with_model")
)
supplied <- c(
  "model_conf", "data_sources", "data_sinks", "old_model", "model",
  "args", "args_dict", "frame"
)

code <- new.env()
held <- new.env()

reply_to <- function(request) {
  gone <- request[["forget"]]
  if (length(gone)) rm(list = intersect(unlist(gone), ls(held)), envir = held)
  send(guarded(function() requests[[request[["kind"]]]](request)))
}

requests <- list(
  load = function(request) {
    require_packages(unlist(request[["packages"]]))
    code$conf <- request[["model_conf"]]
    offer_api()
    run_file(request[["file"]], request[["text"]])
    offer_api()
    code$functions <- lapply(roles, take_function)
    list(
      r = as.character(getRversion()),
      integer64 = is_installed("bit64"),
      temporary = tempdir(),
      functions = lapply(code$functions, described)
    )
  },
  hold = function(request) {
    assign(request[["model"]], unserialize(request[["payload"]]), envir = held)
    NULL
  },
  train = function(request) {
    old_model <- held_model(request[["model"]])
    trained <- call_function("train", request, old_model = old_model)
    list(
      payload = serialize(trained, NULL, xdr = FALSE),
      description = description(trained)
    )
  },
  test = function(request) {
    call_function("test", request, model = held_model(request[["model"]]))
  },
  predict = function(request) {
    model <- held_model(request[["model"]])
    value <- request[["value"]]
    if (!is.data.frame(value)) {
      return(call_function("predict", request, model = model, args = value))
    }
    by_row(call_function("predict", request, model = model, frame = value))
  },
  software = function(request) {
    loaded <- setdiff(loadedNamespaces(), parts_of_r)
    asked <- unlist(request[["names"]])
    names <- unique(c(loaded, asked[is_installed(asked)]))
    c(
      list(R = as.character(getRversion())),
      sapply(sort(names), version_of, simplify = FALSE)
    )
  }
)

# Their versions are R's.
parts_of_r <- c(
  "base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods",
  "parallel", "splines", "stats", "stats4", "tcltk", "tools", "utils"
)

require_packages <- function(packages) {
  missing <- packages[!is_installed(packages)]
  if (length(missing)) {
    stop(structure(
      class = c("packageNotFoundError", "error", "condition"),
      list(message = "R packages are missing", call = NULL, package = missing)
    ))
  }
  for (package in packages) {
    suppressPackageStartupMessages(library(package, character.only = TRUE))
  }
}

is_installed <- function(packages) {
  vapply(packages, function(one) nzchar(system.file(package = one)), NA, USE.NAMES = FALSE)
}

version_of <- function(package) {
  as.character(utils::packageVersion(package))
}

# Runs the model file in the global environment: what is defined in another one would be
# stored with each model that has a formula or a function in it.
run_file <- function(file, text) {
  lines <- strsplit(text, "\r\n|\n|\r")[[1L]]
  source <- srcfilecopy(file, lines)
  expressions <- parse(text = lines, keep.source = TRUE, srcfile = source)
  references <- attr(expressions, "srcref")
  on.exit(code$statement <- NULL)
  for (index in seq_along(expressions)) {
    expression <- expressions[[index]]
    code$statement <- told_statement(expression, references[[index]])
    run_model_code(expression, globalenv())
  }
}

# The one place that model code is run from (conditions.R looks for it in traces).
run_model_code <- function(expression, envir) eval(expression, envir)

# Takes the function for a role out of the global environment, where its name would hide
# what others define: predict(tree, ...) is that of stats, also within `predict`.
take_function <- function(names) {
  for (name in names) {
    found <- get0(name, globalenv(), mode = "function", inherits = FALSE)
    if (is.null(found)) next
    rm(list = name, envir = globalenv())
    by_name <- name == names[1L]
    return(list(
      name = name, call = found, by_name = by_name,
      asked = if (by_name) intersect(names(formals(found)), supplied)
    ))
  }
}

described <- function(taken) {
  if (is.null(taken)) return(NULL)
  formals <- formals(taken$call)
  needed <- vapply(formals, function(one) is.symbol(one) && !nzchar(one), NA)
  reference <- attr(taken$call, "srcref")
  list(
    name = taken$name,
    by_name = taken$by_name,
    asks = I(as.character(names(formals))),
    needs = I(setdiff(as.character(names(formals))[needed], "...")),
    line = if (!is.null(reference)) as.integer(reference)[1L]
  )
}

positions <- list(
  train = c("model_conf", "old_model"),
  test = c("model_conf", "model"),
  predict = c("model_conf", "args", "model")
)

# Calls one of the developer's functions with what it asks for. The call holds names, not
# values: it is shown in traces, and is what match.call() and substitute() see.
call_function <- function(role, request, ...) {
  taken <- code$functions[[role]]
  available <- list(model_conf = code$conf, ...)
  available["args_dict"] <- available["args"]
  names <- if (taken$by_name) taken$asked else positions[[role]]
  if ("data_sources" %in% names) {
    available$data_sources <- resources("data source", request[["sources"]])
  }
  if ("data_sinks" %in% names) {
    available$data_sinks <- resources("data sink", request[["sinks"]])
  }
  arguments <- lapply(names, as.name)
  if (taken$by_name) names(arguments) <- names
  available[[taken$name]] <- taken$call
  call <- as.call(c(as.name(taken$name), arguments))
  run_model_code(call, list2env(available, parent = globalenv()))
}

held_model <- function(id) if (!is.null(id)) get(id, envir = held)

# One result for each row of the frame that was asked for.
by_row <- function(value) {
  if (is.data.frame(value)) return(value)
  if (is.matrix(value)) return(as.data.frame(value))
  if (is.list(value)) return(unname(value))
  if (is.factor(value)) value <- as.character(value)
  I(as.vector(value))
}

# What a model says of itself, but not all that it holds.
description <- function(model) {
  lines <- tryCatch(
    utils::capture.output(print(model)),
    error = function(condition) class(model)
  )
  one_text(utils::head(lines, 200L))
}
