"""Destructive improvement of the bound as engines that only raise it, one module per family."""
