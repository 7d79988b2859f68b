"""A data product as an asset of DataZone: made once, revised whole, and listed while the product is published."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docent.errors import TransientError
from governing.datazone import ASSET_TYPE, PRODUCT_FORM, Domain
from governing.product_documents import quality_of, rows_of
from governing.products import Product, read_product

from .catalog_entries import Entries, Entry
from .catalog_types import set_up, term_of

# DataZone's limits.
MOST_TERMS, MOST_DESCRIPTION = 20, 2048
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Catalog:
    domain: Domain
    entries: Entries
    products: str
    readers: str
    documents: str

    def publish(self, product_id: str) -> int:
        """Publish the state of the tables, and return the number of changes. The tables are read again after each
        change, and what was overtaken is published again, so that DataZone shows the last state.

        Raises TransientError if others publish the same product all the time.
        """
        name, overtaken = f"asset:{product_id}", False
        for changes in range(ROUNDS):
            before, wanted = self.entries.get(name), self._wanted(product_id)
            digest = _digest(wanted) if wanted else ""
            if digest == before.digest and not overtaken:
                return changes
            asset_id = self._show(before, wanted) if wanted else self._hide(before)
            overtaken = not self.entries.put(name, Entry(asset_id, digest), before)
        raise TransientError(f"The data product {product_id} is published by others at the same time.")

    def _wanted(self, product_id: str) -> dict[str, Any] | None:
        """What describes the asset; None for a product that is not in the catalogue."""
        product = read_product(self.products, product_id)
        if product is None or not product.is_published:
            return None
        return offer_of(product, quality_of(rows_of(self.readers, self.documents, product_id)))

    def _show(self, before: Entry, wanted: Mapping[str, Any]) -> str:
        set_up(self.domain, self.entries)
        terms = [term_of(self.domain, self.entries, name) for name in wanted["terms"]]
        described: dict[str, Any] = {name: wanted[name] for name in ("name", "description") if wanted[name]}
        described |= {"glossaryTerms": terms} if terms else {}
        form = {"formName": PRODUCT_FORM, "typeIdentifier": PRODUCT_FORM, "content": json.dumps(wanted["form"])}
        described["formsInput"] = [form]
        if before.id:
            asset = self.domain.ask("create_asset_revision", "an asset was revised", identifier=before.id, **described)
        else:
            asset = self.domain.ask(
                "create_asset",
                "an asset was made",
                typeIdentifier=ASSET_TYPE,
                owningProjectIdentifier=self.domain.project_id,
                externalIdentifier=wanted["form"]["product_id"],
                clientToken=hashlib.sha256(
                    f"asset/{self.domain.project_id}/{wanted['form']['product_id']}".encode()
                ).hexdigest(),
                **described,
            )
        # A revision is not shown before it is published.
        self._list(asset["id"], "PUBLISH", entityRevision=asset["revision"])
        return asset["id"]

    def _hide(self, before: Entry) -> str:
        """The asset stays, for those who want to know what they had."""
        asset = self.domain.asset(before.id) if before.id else None
        if asset and asset.get("listing", {}).get("listingStatus") == "ACTIVE":
            self._list(before.id, "UNPUBLISH")
        return before.id

    def _list(self, asset_id: str, action: str, **more: str) -> None:
        doing = "an asset was published"
        about = {"entityIdentifier": asset_id, "entityType": "ASSET", "action": action}
        self.domain.ask("create_listing_change_set", doing, **about, **more)


def offer_of(product: Product, quality: Mapping[str, Any]) -> dict[str, Any]:
    """`{name, description, terms, form}`. Counts and ages only: not everybody who sees it can read the documents."""
    about = {name: getattr(product, name) for name in ("product_id", "classification", "department", "owner")}
    return {
        "name": product.name,
        "description": product.description[:MOST_DESCRIPTION],
        "terms": sorted(set(product.terms))[:MOST_TERMS],
        "form": about | dict(quality),
    }


def _digest(wanted: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
