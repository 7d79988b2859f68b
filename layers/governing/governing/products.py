"""Data products: collections of documents that people ask for, with an owner, a department and a classification.

A document belongs to a product if it names the product as a reader. A row of the products table has the attributes of
`Product`, times as texts. `terms` are JSON.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.table_rows import read_item

type Classification = Literal["public", "internal", "confidential", "personal_data"]
type Status = Literal["draft", "published", "retired"]
# From what is protected least to what is protected most. Both of the last need a steward.
PROTECTION: Mapping[str, int] = {"public": 0, "internal": 1, "confidential": 2, "personal_data": 2}


@dataclass(frozen=True, slots=True)
class Product:
    """`owner` is a user as readers are named, `department` a group. `owner_left` is true from when the owner was found
    to have left until there is another one."""

    product_id: str
    name: str
    description: str
    terms: tuple[str, ...]
    classification: str
    owner: str
    department: str
    status: str
    created_at: str
    updated_at: str
    version: int = 1
    owner_left: bool = False

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        values = {name: next(iter(value.values())) for name, value in item.items()}
        values |= {"terms": tuple(json.loads(values["terms"])), "version": int(values["version"])}
        values["owner_left"] = values.get("owner_left") == "true"
        return cls(**values)

    def to_item(self) -> dict[str, Any]:
        values = asdict(self) | {"terms": json.dumps(self.terms, ensure_ascii=False)}
        values["owner_left"] = "true" if self.owner_left else ""
        item: dict[str, Any] = {name: {"S": value} for name, value in values.items() if name != "version"}
        return item | {"version": {"N": str(self.version)}}

    def to_json(self) -> dict[str, Any]:
        """A `Product` of openapi.yaml."""
        return asdict(self) | {"terms": list(self.terms)}

    @property
    def is_published(self) -> bool:
        return self.status == "published"

    def changed(self, at: str, **values: Any) -> "Product":
        if values.get("owner", self.owner) != self.owner:
            values["owner_left"] = False
        return replace(self, **values, updated_at=at, version=self.version + 1)

    def is_protected_less_than(self, other: "Product") -> bool:
        """Also if it moves between confidential and personal data: other people then decide."""
        mine, others = PROTECTION[self.classification], PROTECTION[other.classification]
        return mine < others or (mine == others and self.classification != other.classification)


def product_key(product_id: str) -> dict[str, Any]:
    return {"product_id": {"S": product_id}}


def read_product(table: str, product_id: str) -> Product | None:
    item = read_item(table, product_key(product_id), "a data product was looked up")
    return Product.from_item(item) if item else None


def find_product(table: str, product_id: str) -> Product:
    if (product := read_product(table, product_id)) is None:
        raise no_such_product()
    return product


def no_such_product() -> NotFoundError:
    return NotFoundError("There is no such data product.")


def every_product(table: str) -> Iterator[Product]:
    """An organisation has hundreds, of a kilobyte each: the catalogue is read as a whole and searched here."""
    try:
        pages = dynamodb().get_paginator("scan").paginate(TableName=table)
        for page in pages:
            yield from map(Product.from_item, page["Items"])
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "data products were listed", MisconfiguredError) from error
