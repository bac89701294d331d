"""Cheap lower bounds, one module for each family."""
