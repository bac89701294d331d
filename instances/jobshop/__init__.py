"""Job shops as files: formats and the example."""
