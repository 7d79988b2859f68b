"""Who calls: the identity that authorize_request verified, as API Gateway hands it to a function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Caller:
    """One signed-in person or service.

    `subject` is the provider's lasting id; `user` the name that readers are given by (an e-mail address, in lower
    case); `groups` the names of their groups, exactly as the provider spells them; `expires_at` the end of the
    token, in seconds since 1970. `products` are the data products that are granted to them now, as far as they were
    looked up (docent.grants); without them nothing is readable by a grant.
    """

    subject: str
    user: str
    groups: tuple[str, ...]
    expires_at: int
    products: frozenset[str] = frozenset()

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any]) -> Self:
        """API Gateway passes every value of an authorizer's context on as text."""
        groups = tuple(json.loads(context["groups"]))
        return cls(context["subject"], context["user"], groups, int(context["expires_at"]))

    def to_authorizer(self) -> dict[str, str]:
        return {
            "subject": self.subject,
            "user": self.user,
            "groups": json.dumps(self.groups),
            "expires_at": str(self.expires_at),
        }
