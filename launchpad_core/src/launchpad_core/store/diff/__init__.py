"""Two builds compared: metrics, data, code, config, packages and contract."""
