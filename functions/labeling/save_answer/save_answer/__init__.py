"""Saves answers."""
