"""Two people in two organisations, as identity providers know them."""

from local.idp.people import MARY, MATEO, PEOPLE, Person

__all__ = ["MARY", "MATEO", "PEOPLE", "Person"]
