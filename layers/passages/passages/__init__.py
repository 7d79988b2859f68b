"""Passages of documents: pages become blocks, and blocks become passages that an index can hold."""
