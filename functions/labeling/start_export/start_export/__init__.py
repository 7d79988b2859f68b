"""Starts exports."""
