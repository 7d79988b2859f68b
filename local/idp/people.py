"""Two people in two organisations, as identity providers know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """`organisation` is also their only group."""

    name: str
    email: str
    organisation: str


MARY = Person("Mary Major", "mary_major@acme.example", "ACME")
MATEO = Person("Mateo Jackson", "mateo_jackson@anyorgapp.example", "AnyOrgApp")
PEOPLE = {"mary": MARY, "mateo": MATEO}
