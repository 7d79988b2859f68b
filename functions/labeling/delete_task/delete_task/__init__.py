"""Deletes labeling tasks."""
