"""Answers from the index: search, prompts, checked sentences, citations. For every function that answers questions."""
