"""Gives items to people."""
