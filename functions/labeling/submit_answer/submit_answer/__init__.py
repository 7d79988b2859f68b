"""Submits answers."""
