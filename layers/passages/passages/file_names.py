"""What the name of a file says of its document."""

import re

_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{1,4}$", re.I)
_JOINED = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ][a-zäöüß])")


def in_words(name: str) -> str:
    """The name of a file as words: "EmployeeHandbook_2024.pdf" is "Employee Handbook 2024"."""
    return " ".join(_JOINED.sub(" ", _SUFFIX.sub("", name).replace("_", " ").replace("-", " ")).split())
