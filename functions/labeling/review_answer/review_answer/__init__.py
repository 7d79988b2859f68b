"""Reviews answers."""
