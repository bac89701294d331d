"""Compiled local search, one package per family."""
