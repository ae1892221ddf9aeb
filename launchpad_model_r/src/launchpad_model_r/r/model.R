# The developer's functions, the models that this process holds, and all requests.

# Beside mllaunchpad's names, which come first, the other three are any function's.
roles <- list(
  train = c("create_trained_model", "train"),
  test = c("test_trained_model", "test"),
  predict = c("predict_with_model", "predict")
)
positions <- list(
  train = c("model_conf", "old_model"),
  test = c("model_conf", "model"),
  predict = c("model_conf", "args", "model")
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
    code$functions <- sapply(names(roles), take_function, simplify = FALSE)
    list(
      r = as.character(getRversion()),
      # Its methods have to be there: without them R computes with the bits of doubles.
      integer64 = requireNamespace("bit64", quietly = TRUE),
      temporary = tempdir(),
      functions = lapply(code$functions, described),
      others = I(as.character(utils::lsf.str(globalenv())))
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
      payload = serialized(trained, old_model),
      description = description(trained)
    )
  },
  test = function(request) {
    metrics <- call_function("test", request, model = held_model(request[["model"]]))
    # c(accuracy = 0.9) is as good as a list; elsewhere the names of a vector go.
    if (is.atomic(metrics) && !is.null(names(metrics))) as.list(metrics) else metrics
  },
  predict = function(request) {
    model <- held_model(request[["model"]])
    value <- request[["value"]]
    if (!is.data.frame(value)) {
      return(call_function(
        "predict", request, model = model, args = value, args_dict = value
      ))
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
    # A statement of the file isn't always a call that R would list.
    code$statement <- told_call(expression, references[[index]])
    run_model_code(expression, globalenv())
  }
}

# The one place that model code is run from (conditions.R looks for it in traces).
run_model_code <- function(expression, envir) eval(expression, envir)

# Takes the function for a role out of the global environment, where its name would hide
# what others define: predict(tree, ...) is that of stats, also within `predict`.
take_function <- function(role) {
  for (name in roles[[role]]) {
    found <- get0(name, globalenv(), mode = "function", inherits = FALSE)
    # setMethod("predict", ...) makes a generic function of S4, which isn't meant.
    if (is.null(found) || isS4(found)) next
    by_name <- name == role
    if (by_name) rm(list = name, envir = globalenv())
    asked <- if (by_name) intersect(names(formals(found)), supplied) else positions[[role]]
    return(list(
      name = name, code = found, by_name = by_name, asked = asked,
      old_model = if (by_name) "old_model" else names(formals(found))[2L],
      call = call_of(name, asked, by_name)
    ))
  }
}

# The call holds names, not values: it is shown in traces, and is what match.call() and
# substitute() see. Arguments are forced, since what train returns may keep them: as
# promises they would keep what the others are, too.
call_of <- function(name, asked, by_name) {
  arguments <- lapply(asked, as.name)
  if (by_name) names(arguments) <- asked
  as.call(c(quote(forceAndCall), length(asked), as.name(name), arguments))
}

described <- function(taken) {
  if (is.null(taken)) return(NULL)
  formals <- formals(taken$code)
  needed <- vapply(formals, function(one) is.symbol(one) && !nzchar(one), NA)
  place <- place_of(attr(taken$code, "srcref"))
  list(
    name = taken$name,
    by_name = taken$by_name,
    asks = I(as.character(names(formals))),
    needs = I(setdiff(as.character(names(formals))[needed], "...")),
    file = place$file,
    line = place$line
  )
}

# Calls one of the developer's functions with what it asks for.
call_function <- function(role, request, ...) {
  taken <- code$functions[[role]]
  available <- list(model_conf = code$conf, ...)
  if ("data_sources" %in% taken$asked) {
    available$data_sources <- resources("data source", request[["sources"]])
  }
  if ("data_sinks" %in% taken$asked) {
    available$data_sinks <- resources("data sink", request[["sinks"]])
  }
  available[[taken$name]] <- taken$code
  run_model_code(taken$call, list2env(available, parent = globalenv()))
}

held_model <- function(id) if (!is.null(id)) get(id, envir = held)

# One result for each row of the frame that was asked for.
by_row <- function(value) {
  if (is.data.frame(value)) return(value)
  if (is.matrix(value)) return(as.data.frame(value))
  if (inherits(value, "POSIXlt")) value <- as.POSIXct(value)
  if (is.list(value)) return(unname(value))
  if (is.null(value)) return(list())
  # What can't be sent, such as a function, is told when it is.
  if (!is.atomic(value)) return(value)
  dim(value) <- NULL
  I(value)
}

# Returns a model as it is stored. A formula or a function that was written in train
# keeps its variables, and so does the model: with the old model among them, each model
# would hold all those before it.
serialized <- function(model, old_model) {
  if (is.null(old_model)) return(serialize(model, NULL, xdr = FALSE))
  name <- code$functions$train$old_model
  kept <- FALSE
  look_into <- function(environment) {
    if (identical(parent.env(environment), globalenv())) {
      one <- get0(name, environment, inherits = FALSE)
      kept <<- kept || identical(one, old_model)
    }
    NULL
  }
  payload <- serialize(model, NULL, xdr = FALSE, refhook = look_into)
  if (kept) {
    # Not by warning(), which is an error where options(warn = 2).
    signalCondition(simpleWarning(paste0(
      "what train returns keeps ", name, ", and so all models before it, by a formula ",
      "or function that was written in train: rm(", name, ") at its end"
    )))
  }
  payload
}

# What a model says of itself, but not all that it holds.
description <- function(model) {
  before <- options(max.print = 1000L)
  on.exit(options(before))
  lines <- tryCatch(
    utils::capture.output(print(model)),
    error = function(condition) class(model)
  )
  one_text(utils::head(lines, 200L))
}
