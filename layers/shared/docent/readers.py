"""Who may read a document: the users, groups and data products that it names as readers. A deny always wins.

A product stands for all who have a grant for it now (docent.grants).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.callers import Caller
from docent.errors.documents import InvalidReadersError
from docent.names import group_name, unseen_in, user_name

# The name of the S3 object's metadata in which readers travel with an upload. S3 allows 2 KB for all metadata.
METADATA = "docent-readers"
MAX_BYTES = 1800
MAX_NAME = 200
# Kendra shows everybody what has no access list, so a document for nobody names somebody who cannot be.
NOBODY = "docent:nobody"
# Names that Docent keeps for itself: no group of an identity provider may begin like this.
RESERVED = "docent:"
PRODUCT_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Readers:
    """Names as docent.names writes them: users by e-mail address in lower case, groups as they are spelt. Products by
    their ids."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    denied_users: frozenset[str] = frozenset()
    denied_groups: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From `{users?, groups?, products?, denied?: {users?, groups?}}`. Raises InvalidReadersError for others."""
        denied = value.get("denied", {}) if isinstance(value, Mapping) else None
        if not isinstance(denied, Mapping) or value.keys() - {"users", "groups", "products", "denied"}:
            raise InvalidReadersError("Readers must be an object with `users`, `groups`, `products` and `denied`.")
        if denied.keys() - {"users", "groups"}:
            raise InvalidReadersError("Denied readers must be an object with `users` and `groups`.")
        return cls(
            _names(value, "users", user_name),
            _names(value, "groups", group_name),
            _names(denied, "users", user_name),
            _names(denied, "groups", group_name),
            _products(value),
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From JSON as `to_text` writes it. Raises InvalidReadersError when it is none."""
        try:
            value = json.loads(text)
        except ValueError as error:
            raise InvalidReadersError("Readers are not valid JSON.") from error
        if not isinstance(value, Mapping):
            raise InvalidReadersError("Readers must be an object with `users`, `groups`, `products` and `denied`.")
        return cls.from_json(value)

    def to_json(self) -> dict[str, Any]:
        denied = {"users": sorted(self.denied_users), "groups": sorted(self.denied_groups)}
        allowed: dict[str, Any] = {"users": sorted(self.users), "groups": sorted(self.groups)}
        if self.products:
            allowed["products"] = sorted(self.products)
        return allowed | ({"denied": denied} if self.denied_users or self.denied_groups else {})

    def to_text(self) -> str:
        """ASCII, as S3's metadata must be. Raises InvalidReadersError when there is no room for it there."""
        text = json.dumps(self.to_json(), separators=(",", ":"))
        if len(text) > MAX_BYTES:
            raise InvalidReadersError(f"The readers' names take {len(text)} bytes; {MAX_BYTES} are allowed.")
        return text

    def allow(self, caller: Caller) -> bool:
        groups = frozenset(caller.groups)
        if caller.user in self.denied_users or groups & self.denied_groups:
            return False
        return caller.user in self.users or bool(groups & self.groups) or bool(caller.products & self.products)

    @property
    def names(self) -> Iterator[str]:
        """Everyone who is named as a reader, as `user:…`, `group:…` or `product:…`."""
        yield from (f"user:{name}" for name in sorted(self.users))
        yield from (f"group:{name}" for name in sorted(self.groups))
        yield from (product_name(product_id) for product_id in sorted(self.products))

    def to_access_list(self) -> list[dict[str, str]]:
        """As Kendra takes it: https://docs.aws.amazon.com/kendra/latest/APIReference/API_Principal.html"""
        named = [
            *(_principal(name, "USER", "ALLOW") for name in sorted(self.users)),
            *(_principal(name, "GROUP", "ALLOW") for name in sorted(self.groups)),
            *(_principal(product_group(product_id), "GROUP", "ALLOW") for product_id in sorted(self.products)),
            *(_principal(name, "USER", "DENY") for name in sorted(self.denied_users)),
            *(_principal(name, "GROUP", "DENY") for name in sorted(self.denied_groups)),
        ]
        return named if self.users or self.groups or self.products else [_principal(NOBODY, "USER", "ALLOW"), *named]


def names_of(caller: Caller) -> Iterator[str]:
    """What the caller may be named as among readers."""
    yield f"user:{caller.user}"
    yield from (f"group:{name}" for name in caller.groups)
    yield from (product_name(product_id) for product_id in sorted(caller.products))


def product_name(product_id: str) -> str:
    return f"product:{product_id}"


def product_group(product_id: str) -> str:
    """The group that stands for a product where an index knows only users and groups."""
    return f"{RESERVED}product:{product_id}"


def _principal(name: str, kind: str, access: str) -> dict[str, str]:
    return {"Name": name, "Type": kind, "Access": access}


def _products(value: Mapping[str, Any]) -> frozenset[str]:
    listed = value.get("products", [])
    if not isinstance(listed, list) or not all(isinstance(each, str) and PRODUCT_ID.fullmatch(each) for each in listed):
        raise InvalidReadersError("`products` among readers must be a list of ids of data products.")
    return frozenset(listed)


def _names(value: Mapping[str, Any], field: str, written: Callable[[str], str]) -> frozenset[str]:
    listed = value.get(field, [])
    names = [written(name) for name in listed if isinstance(name, str)] if isinstance(listed, list) else None
    if names is None or len(names) != len(listed) or not all(0 < len(name) <= MAX_NAME for name in names):
        raise InvalidReadersError(f"`{field}` among readers must be a list of names of up to {MAX_NAME} characters.")
    # Such a name looks like another one, and denying it would deny nobody.
    if unseen := unseen_in("".join(names), controls=True):
        raise InvalidReadersError(f"A name in `{field}` holds {unseen}, which cannot be seen. Type the name again.")
    return frozenset(names)
