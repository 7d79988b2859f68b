"""Owners who have left are replaced by the owner of their department, so that no request waits for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import cognito
from docent.clock import now_text
from docent.errors import MisconfiguredError, from_aws
from governing.access_changes import Tables
from governing.products import every_product

# What the parameter DepartmentOwners is without a value.
NONE = "-"
# By what ListUsers can find a user, for the claims by which users can be named. Of other claims nobody is known to have
# left.
SEARCHED = {
    "email": "email",
    "cognito:username": "username",
    "preferred_username": "preferred_username",
    "sub": "sub",
    "name": "name",
}


@dataclass(frozen=True, slots=True)
class People:
    """Those who can sign in. `claim` is the claim of their tokens by which readers and owners are named."""

    user_pool: str
    claim: str

    def has_left(self, user: str) -> bool:
        """Whether no enabled user of the pool has this name."""
        if self.claim not in SEARCHED:
            return False
        quoted = user.replace("\\", "\\\\").replace('"', '\\"')
        named = f'{SEARCHED[self.claim]} = "{quoted}"'
        try:
            pages = cognito().get_paginator("list_users").paginate(UserPoolId=self.user_pool, Filter=named)
            return not any(each.get("Enabled") for page in pages for each in page["Users"])
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the owners of data products were looked up", MisconfiguredError) from error


def owners_of_departments(text: str) -> Mapping[str, str]:
    """From `deposits=dora@example.com,loans=lena@example.com`: the users, in lower case, by the groups."""
    pairs = (each.partition("=") for each in text.split(",") if text != NONE)
    return {group.strip(): user.strip().lower() for group, _, user in pairs}


def replace_owners(tables: Tables, people: People, departments: Mapping[str, str], now: float) -> int:
    """The number of changed products: those with a new owner, without one, or whose owner is back."""
    products = [each for each in every_product(tables.products) if each.status != "retired"]
    heirs = {departments[each.department] for each in products if each.department in departments}
    gone = {user for user in {each.owner for each in products} | heirs if people.has_left(user)}
    count = 0
    for product in products:
        left, heir = product.owner in gone, departments.get(product.department, "")
        owner = heir if left and heir and heir not in gone else product.owner
        has_none = left and owner == product.owner
        if (owner, has_none) != (product.owner, product.owner_left):
            changed = product.changed(now_text(now), owner=owner) if owner != product.owner else None
            changed = changed or product.changed(now_text(now), owner_left=has_none)
            count += tables.save_product(changed, product, "schedule")
    return count
