"""Groups as a source names them: a CSV or JSON file of any program, made into one form.

Users are named as readers are, in lower case; groups as they are spelt. A group that stands there twice has the
members of both.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docent.errors.chat import UnreadableGroupsError

# What programs write between the columns of a table.
SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        return len(self.users) + len(self.groups)

    @property
    def digest(self) -> str:
        """The same for the same group with the same members, however they are ordered."""
        content = json.dumps([self.name, sorted(self.users), sorted(self.groups)])
        return hashlib.sha256(content.encode()).hexdigest()


type Groups = Mapping[str, Group]


# A group's name, some of its users, some of the groups it holds.
type Part = tuple[str, Iterable[str], Iterable[str]]


def gathered(parts: Iterable[Part]) -> dict[str, Group]:
    users: dict[str, set[str]] = {}
    groups: dict[str, set[str]] = {}
    for name, some_users, some_groups in parts:
        users.setdefault(name, set()).update(user.strip().lower() for user in some_users)
        groups.setdefault(name, set()).update(group.strip() for group in some_groups)
    return {name: Group(name, frozenset(users[name] - {""}), frozenset(groups[name] - {"", name})) for name in users}


def read_groups(data: bytes) -> dict[str, Group]:
    """The groups of a CSV or JSON file in UTF-8. Raises UnreadableGroupsError, for the whole of it, when any of it
    cannot be understood: half a file would take people's access away."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableGroupsError("The file of groups is not UTF-8.") from error
    return gathered(_from_json(text) if text.lstrip()[:1] in ("{", "[") else _from_csv(text))


def _from_csv(text: str) -> list[Part]:
    """A row for each member, with the columns `group` and `member`; a member that is a group of the file is nested."""
    header = text.partition("\n")[0]
    separator = next((each for each in SEPARATORS if each in header), ",")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [cell.strip().lower() for cell in next(lines, [])]
        if not {"group", "member"} <= set(columns):
            raise UnreadableGroupsError("The first line of the file of groups does not name `group` and `member`.")
        place, other = columns.index("group"), columns.index("member")
        rows: list[tuple[str, str]] = []
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) <= max(place, other) or not cells[place].strip():
                raise UnreadableGroupsError(f"Line {lines.line_num} of the file of groups lacks a group or a member.")
            rows.append((cells[place].strip(), cells[other].strip()))
    except csv.Error as error:
        raise UnreadableGroupsError(f"Line {lines.line_num} of the file of groups is not CSV.") from error
    names = {name for name, _ in rows}
    return [(name, [], [member]) if member in names else (name, [member], []) for name, member in rows]


def _from_json(text: str) -> list[Part]:
    """`{group: {users?, groups?}}`, or a list of `{group, users?, groups?}`."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UnreadableGroupsError("The file of groups is not JSON.") from error
    if isinstance(value, list):
        return [_group(each.get("group"), each, {"group"}) for each in map(_object, value)]
    return [_group(name, _object(members), set()) for name, members in value.items()]


def _group(name: Any, members: Mapping[str, Any], more: set[str]) -> Part:
    if not isinstance(name, str) or not name.strip():
        raise UnreadableGroupsError("A group in the file of groups has no name.")
    if unknown := members.keys() - {"users", "groups"} - more:
        raise UnreadableGroupsError(f"The group {name} has {sorted(unknown)[0]}, which is neither users nor groups.")
    return name.strip(), _names(name, members, "users"), _names(name, members, "groups")


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableGroupsError("A group in the file of groups is no object with `users` and `groups`.")
    return value


def _names(name: str, members: Mapping[str, Any], field: str) -> list[str]:
    names = members.get(field, [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise UnreadableGroupsError(f"The {field} of the group {name} are no list of names.")
    return names


def inhabited(groups: Groups) -> dict[str, Group]:
    """Without the groups that nobody is in: where there is no group, nobody has access by it."""
    gone: set[str] = set()
    while empty := {
        name for name, group in groups.items() if name not in gone and not group.users and group.groups <= gone
    }:
        gone |= empty
    return {name: Group(name, group.users, group.groups - gone) for name, group in groups.items() if name not in gone}


def nested_first(groups: Groups) -> list[str]:
    """The names, each group after those it holds; in a circle one of them has to be first."""
    placed: dict[str, None] = {}
    entered: set[str] = set()
    waiting = sorted(groups, reverse=True)
    while waiting:
        name = waiting[-1]
        if name in entered:
            placed.setdefault(waiting.pop())
        else:
            entered.add(name)
            waiting += sorted((groups[name].groups & groups.keys()) - entered, reverse=True)
    return list(placed)
