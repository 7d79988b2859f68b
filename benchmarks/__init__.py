"""Measures each number that Docent claims."""
