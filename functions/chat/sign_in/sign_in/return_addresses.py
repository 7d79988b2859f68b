"""Where a browser may be sent after it signed in or out: to pages of the origins that may call the API, only."""

from urllib.parse import urlsplit

from docent.errors import InvalidRequestError


def checked_return(address: str | None, origins: str) -> str:
    """`address` if it is below one of `origins` (separated by commas); the first of them without one.

    What browsers read otherwise than urlsplit (backslashes, spaces, control characters) is refused, not repaired.
    """
    allowed = origins.split(",")
    if not address:
        return allowed[0]
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' \\"<>')
    if not plain or f"{parts.scheme}://{parts.netloc}" not in allowed:
        detail = {"field": "/query/return_to", "detail": "must be below one of the allowed origins"}
        raise InvalidRequestError("`return_to` is not usable.", (detail,))
    return address
