"""Ids of the records of a batch: of the length that AWS's own examples have, and the same for the same content.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
"""

import hashlib
import string
from collections.abc import Container

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
LENGTH = 11


def record_id_of(content: str, taken: Container[str] = ()) -> str:
    """Of content that no record has yet. `taken` are the ids of other contents."""
    attempt = 0
    while (record_id := _digits_of(f"{attempt}\n{content}")) in taken:
        attempt += 1
    return record_id


def _digits_of(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    digits: list[str] = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(DIGITS))
        digits.append(DIGITS[digit])
    return "".join(digits)
