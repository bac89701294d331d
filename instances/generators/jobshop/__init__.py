"""Generators of job, flow and open shops."""
