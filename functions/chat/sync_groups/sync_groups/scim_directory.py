"""Groups as a SCIM 2.0 service has them (RFC 7644): its groups, their members by e-mail address, page by page.

Users who are not active, and who have no address, are in no group: nobody could chat as they.
"""

import ipaddress
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from docent.errors import DocentError, MisconfiguredError, TransientError
from docent.errors.chat import UnreadableGroupsError

from .source_groups import Group, Part, gathered

PAGE = 100
SECONDS = 30
MOST_BYTES = 20 << 20
ATTEMPTS = 4
# A service that asks us to wait longer is asked again by the next run.
LONGEST_WAIT = 30

# `(resource type, first index)` to one page of its list.
type Fetch = Callable[[str, int], Mapping[str, Any]]


def read_directory(fetch: Fetch) -> dict[str, Group]:
    """Raises UnreadableGroupsError when the service does not show all it says it has."""
    users = {each["id"]: _address(each) for each in _all(fetch, "Users")}
    found = list(_all(fetch, "Groups"))
    names = {each["id"]: str(each.get("displayName", "")).strip() for each in found}
    if not all(names.values()):
        raise UnreadableGroupsError("The SCIM service has a group without a name.")
    return gathered(_part(each, users, names) for each in found)


def _part(found: Mapping[str, Any], users: Mapping[str, str], names: Mapping[str, str]) -> Part:
    members = [str(each.get("value", "")) for each in _objects(found.get("members", []))]
    return (
        names[found["id"]],
        [users[member] for member in members if member in users],
        [names[member] for member in members if member in names],
    )


def _address(user: Mapping[str, Any]) -> str:
    """The primary address, else the first, else the user name if it is one; nothing for who is not active."""
    if user.get("active") is False:
        return ""
    emails = sorted(_objects(user.get("emails", [])), key=lambda each: each.get("primary") is not True)
    addresses = [str(each.get("value", "")) for each in emails] + [str(user.get("userName", ""))]
    return next((address for address in addresses if "@" in address), "")


def _all(fetch: Fetch, kind: str) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    while True:
        page = fetch(kind, len(seen) + 1)
        total, resources = page.get("totalResults"), _objects(page.get("Resources", []))
        if not isinstance(total, int) or not all(isinstance(each.get("id"), str) for each in resources):
            raise UnreadableGroupsError(f"The SCIM service's list of {kind} cannot be understood.")
        new = [each for each in resources if each["id"] not in seen]
        seen |= {each["id"] for each in new}
        yield from new
        if len(seen) >= total:
            return
        if not new:
            raise UnreadableGroupsError(f"The SCIM service shows {len(seen)} of {total} {kind}.")


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise UnreadableGroupsError("The SCIM service's reply cannot be understood.")
    return value


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token goes to nobody but the service that the operator named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class ScimService:
    """Pages by HTTP. `sleep` takes seconds."""

    def __init__(self, url: str, token: str, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises MisconfiguredError for an address that a token must not be sent to."""
        address = urlsplit(url)
        if address.scheme != "https" and not (address.scheme == "http" and _is_loopback(address.hostname or "")):
            raise MisconfiguredError("The source of groups must be an s3:// or https:// address.")
        self._url, self._token, self._sleep = url.rstrip("/"), token, sleep
        self._opener = urllib.request.build_opener(_NoRedirects)

    def __call__(self, kind: str, start: int) -> Mapping[str, Any]:
        query = urlencode({"startIndex": start, "count": PAGE})
        request = urllib.request.Request(f"{self._url}/{kind}?{query}")  # noqa: S310 - the scheme is checked
        request.add_header("Accept", "application/scim+json, application/json")
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            return _page(self._read(request))
        except HTTPError as error:
            raise _refused(error.code) from None
        except (OSError, HTTPException) as error:
            raise TransientError(f"The SCIM service cannot be reached ({type(error).__name__}).") from None

    def _read(self, request: urllib.request.Request) -> bytes:
        """Waits where the service asks us to, a few times."""
        attempt = 1
        while True:
            try:
                with self._opener.open(request, timeout=SECONDS) as reply:
                    return reply.read(MOST_BYTES + 1)
            except HTTPError as error:
                with error:
                    if error.code not in (429, 503) or attempt == ATTEMPTS:
                        raise
                    told = error.headers.get("Retry-After", "")
            self._sleep(min(int(told) if told.isdecimal() else 2**attempt, LONGEST_WAIT))
            attempt += 1


def _page(body: bytes) -> Mapping[str, Any]:
    if len(body) > MOST_BYTES:
        raise UnreadableGroupsError(f"A page of the SCIM service has more than {MOST_BYTES} bytes.")
    try:
        page = json.loads(body)
    except ValueError as error:
        raise UnreadableGroupsError("The SCIM service's reply is not JSON.") from error
    return _objects([page])[0]


def _refused(status: int) -> DocentError:
    if status in (401, 403):
        return MisconfiguredError(f"The SCIM service answered {status}: it does not accept the token.")
    if status >= 500 or status == 429:
        return TransientError(f"The SCIM service answered {status}.")
    return UnreadableGroupsError(f"The SCIM service answered {status}.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
