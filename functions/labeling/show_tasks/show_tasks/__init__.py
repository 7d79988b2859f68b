"""Shows labeling tasks."""
