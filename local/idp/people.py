"""Two people of two organisations, as identity providers know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """`organisation` is also the one group that they are in."""

    name: str
    email: str
    organisation: str


MARY = Person("Mary Major", "mary_major@acme.example", "ACME")
MATEO = Person("Mateo Jackson", "mateo_jackson@anyorgapp.example", "AnyOrgApp")
PEOPLE = {"mary": MARY, "mateo": MATEO}
