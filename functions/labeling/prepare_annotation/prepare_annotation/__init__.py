"""Makes inputs of pages."""
