"""Data products, access to them, and the log of decisions, through the API."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cli.session import Session
from cli.target import CommandError, Target
from governing.audit_chain import Anchor, Entry

PRODUCTS, SUBSCRIPTIONS, AUDIT = "/products", "/subscriptions", "/audit"
PAGE = 1000


class Governance:
    def __init__(self, session: Session) -> None:
        self._session = session

    def products(self, text: str = "", *, owned: bool = False) -> list[dict[str, Any]]:
        query = ({"text": text} if text else {}) | ({"owned": "true"} if owned else {})
        return self._session.api("GET", PRODUCTS, query=query)["products"]

    def product(self, product_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{PRODUCTS}/{product_id}")

    def product_lineage(self, product_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{PRODUCTS}/{product_id}/lineage")

    def document_lineage(self, document_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"/documents/{document_id}/lineage")

    def create(self, product: Mapping[str, Any]) -> dict[str, Any]:
        return self._session.api("POST", PRODUCTS, dict(product))

    def change(self, product_id: str, **changes: Any) -> dict[str, Any]:
        version = self.product(product_id)["version"]
        return self._session.api("PUT", f"{PRODUCTS}/{product_id}", {"version": version, **changes})

    def request(self, product_id: str, purpose: str, until: str, group: str = "") -> dict[str, Any]:
        asked = {"product_id": product_id, "purpose": purpose, "until": until}
        return self._session.api("POST", SUBSCRIPTIONS, asked | ({"group": group} if group else {}))

    def subscriptions(self, *, review: bool = False, product_id: str = "") -> list[dict[str, Any]]:
        query = ({"view": "review"} if review else {}) | ({"product_id": product_id} if product_id else {})
        return self._session.api("GET", SUBSCRIPTIONS, query=query)["subscriptions"]

    def explained(self, subscription_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{SUBSCRIPTIONS}/{subscription_id}")

    def decide(self, subscription_id: str, decision: str, comment: str = "") -> dict[str, Any]:
        body = {"decision": decision} | ({"comment": comment} if comment else {})
        return self._session.api("POST", f"{SUBSCRIPTIONS}/{subscription_id}/decision", body)

    def revoke(self, subscription_id: str) -> dict[str, Any]:
        return self._session.api("POST", f"{SUBSCRIPTIONS}/{subscription_id}/revoke", {})

    def restart(self, subscription_id: str) -> dict[str, Any]:
        return self._session.api("POST", f"{SUBSCRIPTIONS}/{subscription_id}/restart")

    def verify(self, *, repair: bool) -> dict[str, Any]:
        return self._session.api("POST", f"{SUBSCRIPTIONS}/verify", {"repair": repair})

    def log(self) -> Iterator[dict[str, Any]]:
        """The anchors as one object, then each entry: the lines of an exported log."""
        after: int | None = 0
        while after is not None:
            page = self._session.api("GET", AUDIT, query={"after": after, "limit": PAGE})
            if "anchors" in page:
                yield {"anchors": page["anchors"]}
            yield from page["entries"]
            after = page.get("next_after")


def governance_of(stack: str | None, region: str | None) -> Governance:
    return Governance(Session(Target(stack, region)))


def read_log(lines: Iterator[Mapping[str, Any]]) -> tuple[list[Entry], list[Anchor]]:
    """Raises CommandError for what is no exported log."""
    entries: list[Entry] = []
    anchors: list[Anchor] = []
    try:
        for line in lines:
            if "anchors" in line:
                anchors += [Anchor.from_json(each) for each in line["anchors"]]
            else:
                entries.append(Entry.from_json(line))
    except (LookupError, TypeError, ValueError) as error:
        raise CommandError("This is no log that `docent audit export` wrote.") from error
    return entries, anchors


def read_file(path: Path) -> tuple[list[Entry], list[Anchor]]:
    try:
        return read_log(json.loads(line) for line in path.read_text("utf-8").splitlines())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is no log that `docent audit export` wrote.") from error
