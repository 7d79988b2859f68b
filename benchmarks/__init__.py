"""Each figure Docent claims, re-measurable."""
