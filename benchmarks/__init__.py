"""Measurements: each module runs by itself and prints a markdown table."""
