"""Prepares clips: a copy that plays exactly, its peaks, and suggestions."""
