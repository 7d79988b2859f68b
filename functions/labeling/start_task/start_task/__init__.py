"""Starts labeling tasks."""
