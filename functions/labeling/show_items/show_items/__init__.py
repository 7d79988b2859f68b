"""Shows items."""
