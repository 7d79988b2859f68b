"""Checks manifests."""
