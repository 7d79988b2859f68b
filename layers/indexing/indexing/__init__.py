"""The port of the search index: what a document puts into any index, and how it is confirmed and removed."""
