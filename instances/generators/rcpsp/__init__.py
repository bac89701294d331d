"""Generators of projects."""
