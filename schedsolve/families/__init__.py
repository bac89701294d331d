"""The families of problems, each put together in one module that holds its ``FAMILY``."""
