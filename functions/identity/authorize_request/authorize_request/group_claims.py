"""The groups that a claim names. A name read wrongly could open a document, or lift a denial: in doubt, nobody passes.

- A list holds names as they are.
- A text in square brackets is a list as text: JSON, or what Cognito makes of a provider's claim with several
  values, `[lab,R%26D+Basel]`: separated by commas, each in form encoding, in which a comma is `%2C`.
  https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
- Any other text is one name, whatever commas or spaces are in it.
- Anything else is refused, as is a bracketed text that neither rule explains.
"""

import json
import re
from typing import Any
from urllib.parse import unquote_plus

from docent.errors import UnauthorizedError
from docent.readers import RESERVED

# What form encoding leaves of a name.
ENCODED = re.compile(r"(?:[A-Za-z0-9.*_+-]|%[0-9A-Fa-f]{2})*")


def read_groups(claim: Any) -> tuple[str, ...]:
    """The names, each once, in the claim's order. Raises UnauthorizedError when it cannot be told what they are."""
    if claim is None:
        return ()
    names = _split(claim) if isinstance(claim, str) else claim
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UnauthorizedError("The token's groups cannot be read.")
    # Names that stand for nobody, or for those to whom a data product is granted, are nobody's groups.
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith(RESERVED)))


def _split(claim: str) -> list[str]:
    text = claim.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return [claim]
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        names = None
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return names
    encoded = [name.strip() for name in text[1:-1].split(",")]
    if not all(ENCODED.fullmatch(name) for name in encoded):
        raise UnauthorizedError("The token's groups cannot be read.")
    try:
        return [unquote_plus(name, errors="strict") for name in encoded]
    except UnicodeDecodeError:
        raise UnauthorizedError("The token's groups cannot be read.") from None
