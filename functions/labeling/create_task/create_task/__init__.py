"""Makes labeling tasks."""
