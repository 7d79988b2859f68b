"""Puts the parts of an export together."""
