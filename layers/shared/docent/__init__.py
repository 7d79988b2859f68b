"""Docent's vocabulary: documents, events, errors, settings, clients. It imports nothing from functions/."""
