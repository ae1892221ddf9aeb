# An R process that waits for requests and answers them, until its pipe ends.
#
# Rscript worker.R IN OUT: the numbers of the inherited file descriptors. Standard input
# and output stay R's own. What is defined here lies in an environment of its own, so
# that the model code finds nothing of it.

local({
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1L])
  folder <- dirname(gsub("~+~", " ", file, fixed = TRUE))
  worker <- new.env(parent = baseenv())
  for (part in c("values.R", "channel.R", "conditions.R", "api.R", "model.R")) {
    sys.source(file.path(folder, part), envir = worker)
  }
  options(
    keep.source = TRUE,
    # A plot that nobody sees must not become a file in the project.
    device = function(...) grDevices::pdf(NULL, ...)
  )
  descriptors <- commandArgs(trailingOnly = TRUE)
  worker$open_channel(descriptors[1L], descriptors[2L])
  repeat worker$reply_to(worker$receive())
})
