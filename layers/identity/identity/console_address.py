"""Requests that came through the console's distribution: to the browser, the API is a path of the console's origin.

CloudFront marks them. The mark only chooses between the API's own address and the console's, which a parameter of
Systems Manager holds: a caller who adds the mark to a request is sent back to the console, and nowhere else. The
parameter is read by its name, because the distribution knows the API, which knows the functions.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from docent.contract import header
from docent.parameters import read_parameter

MARK = "x-docent-console"
API_PATH = "/api"


@cache
def console_origin(parameter: str) -> str:
    return read_parameter(parameter)


def came_through_console(event: Mapping[str, Any]) -> bool:
    return bool(header(event, MARK))


def as_the_browser_asked(event: Mapping[str, Any], parameter: str) -> Mapping[str, Any]:
    """The event with the address that the browser has of it, so that redirects and cookies are of that origin."""
    if not came_through_console(event):
        return event
    console = urlsplit(console_origin(parameter))
    context = event["requestContext"] | {"domainName": console.netloc, "path": API_PATH + event["path"]}
    others = {name: value for name, value in event["headers"].items() if name.lower() != "x-forwarded-proto"}
    return {**event, "requestContext": context, "headers": others | {"X-Forwarded-Proto": console.scheme}}


def origins_of(event: Mapping[str, Any], allowed: str, parameter: str) -> str:
    """The origins whose pages may use a session, separated by commas: the console's too, if it asks."""
    return f"{allowed},{console_origin(parameter)}" if came_through_console(event) else allowed
