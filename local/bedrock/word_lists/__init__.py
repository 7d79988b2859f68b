"""Lists of words as plain text, separated by white space."""

from pathlib import Path


def word_list(name: str) -> list[str]:
    return lines(name).split()


def lines(name: str) -> str:
    return (Path(__file__).parent / f"{name}.txt").read_text("utf-8")
