"""Access to documents: access configurations with AND and OR, nested groups, aliases.

- All users of the application can read a document without an access configuration.
- A DENY always wins over an ALLOW, and a configuration that allows no one gives no access.

An access configuration is converted to clauses: sets of principals. The user must have all principals of at least one
clause. A clause with one principal is that principal's term in the index, as in Kendra's access lists. A clause with
several is a separate term; the clauses in use are stored, so that a question searches for those the user satisfies.
"""

import itertools
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tantivy import Index, Occur, Query

from local.kendra.filters import PUBLIC
from local.qbusiness.wire import invalid

type Json = dict[str, Any]
type Clause = frozenset[tuple[str, str]]  # ("USER" | "GROUP", name)

MOST_CLAUSES = 1000
_SEVERAL = "ALL"


def access_list(configuration: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The access configuration as an access list of the index (`{"Type", "Name", "Access"}`); empty if public."""
    if configuration is None:
        return []
    entries = [
        {"Type": kind, "Name": name, "Access": "DENY"}
        for kind, name, access in map(_principal, _principals(configuration))
        if access == "DENY"
    ]
    for clause in clauses_of(configuration):
        if len(clause) == 1:
            ((kind, name),) = clause
            entries.append({"Type": kind, "Name": name, "Access": "ALLOW"})
        else:
            entries.append({"Type": _SEVERAL, "Name": written(clause), "Access": "ALLOW"})
    return entries or [{"Type": "NOBODY", "Name": "", "Access": "DENY"}]


def clauses_of(configuration: Mapping[str, Any]) -> list[Clause]:
    """Sets of principals; the user must have all principals of at least one set."""
    parts = [_clauses_of_control(control) for control in configuration["accessControls"]]
    if configuration.get("memberRelation", "OR") == "OR":
        found = [clause for part in parts for clause in part]
    else:
        count = 1
        for part in parts:
            count *= len(part)
        if count > MOST_CLAUSES:
            raise invalid("The access configuration combines too many principals.")
        found = [frozenset().union(*choice) for choice in itertools.product(*parts)] if parts else []
    return list(dict.fromkeys(clause for clause in found if clause))


def _clauses_of_control(control: Mapping[str, Any]) -> list[Clause]:
    allowed = [(kind, name) for kind, name, access in map(_principal, control["principals"]) if access == "ALLOW"]
    if control.get("memberRelation", "OR") == "OR":
        return [frozenset({principal}) for principal in allowed]
    return [frozenset(allowed)] if allowed else []


def _principals(configuration: Mapping[str, Any]) -> Iterable[Json]:
    return (principal for control in configuration["accessControls"] for principal in control["principals"])


def _principal(principal: Mapping[str, Any]) -> tuple[str, str, str]:
    kind = "USER" if "user" in principal else "GROUP"
    given = principal[kind.lower()]
    name = given.get("id" if kind == "USER" else "name")
    if not name:
        raise invalid(f"A {kind.lower()} of an access configuration must be named.")
    if given.get("membershipType", "INDEX") != "INDEX":
        raise invalid("Principals of data sources are not offered here: membershipType must be INDEX.")
    return kind, name, given["access"]


def written(clause: Clause) -> str:
    return json.dumps(sorted(clause))


def read(text: str) -> Clause:
    return frozenset((kind, name) for kind, name in json.loads(text))


def groups_of(users: Collection[str], groups: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The groups that any of the user's names belongs to, directly or through nested groups."""
    found = {name for name, members in groups.items() if set(users) & set(members["users"])}
    while True:
        more = {name for name, members in groups.items() if name not in found and found & set(members["groups"])}
        if not more:
            return found
        found |= more


def access_query(index: Index, users: Collection[str], groups: Collection[str], clauses: Iterable[Clause]) -> Query:
    """The documents that a user with these names and groups may see; without names, only the public ones."""
    principals = {*(("USER", user) for user in users), *(("GROUP", group) for group in groups)}
    own = [_term(kind, name) for kind, name in principals]
    satisfied = [_term(_SEVERAL, written(clause)) for clause in clauses if clause <= principals]
    return Query.boolean_query(
        [
            (Occur.Must, Query.term_set_query(index.schema, "allow", [PUBLIC, *own, *satisfied])),
            (Occur.MustNot, Query.term_set_query(index.schema, "deny", own)),
        ]
    )


def _term(kind: str, name: str) -> str:
    """A principal as local.kendra.filters writes it into the index."""
    return f"{kind}::{name}"
