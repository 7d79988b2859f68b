"""Writes labels in the formats that other programs read."""
