"""The groups of a Q Business index: ten per page, changes with a delay, files read with a role, limits enforced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fake_service import FakeService, Refused

MOST_INLINE = 1_000


@dataclass
class Stored:
    """`later` is its next state, after it was read often enough; None if it is final."""

    members: Mapping[str, Any] | None
    status: str
    reason: str = ""
    later: Callable[[], "Stored"] | None = None
    looks: int = 0


class FakeGroups(FakeService):
    """`refuses` maps names of groups to the error code of their refusal. The members of groups in `chokes_on` cannot be
    ingested. Both concern the last put. A put takes effect after `slowness` reads."""

    events = ("qbusiness",)

    def __init__(self, read: Callable[[str, str], Any]) -> None:
        """`read` returns the JSON in a bucket by its key."""
        super().__init__()
        self.groups: dict[str, Stored] = {}
        self.refuses: dict[str, str] = {}
        self.chokes_on: dict[str, str] = {}
        self.slowness = 0
        self._read_file = read

    @property
    def members(self) -> dict[str, tuple[set[str], set[str]]]:
        """`{group: (users, groups)}` after all changes have taken effect."""
        found = {}
        for name, stored in self.groups.items():
            end = stored.later() if stored.later else stored
            if end.members is not None:
                users = {each["userId"] for each in end.members.get("memberUsers", [])}
                found[name] = users, {each["groupName"] for each in end.members.get("memberGroups", [])}
        return found

    def PutGroup(self, request: dict[str, Any]) -> dict[str, Any]:
        name, given = request["groupName"], request["groupMembers"]
        if name in self.refuses:
            raise Refused(self.refuses[name])
        inline = len(given.get("memberUsers", [])) + len(given.get("memberGroups", []))
        if inline > MOST_INLINE or ("s3PathForGroupMembers" in given) == bool(inline):
            raise Refused("ValidationException", "Too many members, or none.")
        before = self.groups.get(name)
        members = before.members if before else None

        def taken() -> Stored:
            if name in self.chokes_on:
                return Stored(members, "FAILED", self.chokes_on[name])
            return Stored(self._members(request), "SUCCEEDED")

        self.groups[name] = Stored(members, "PROCESSING", later=taken)
        return {}

    def DeleteGroup(self, request: dict[str, Any]) -> dict[str, Any]:
        members = self._found(request["groupName"]).members
        self.groups[request["groupName"]] = Stored(members, "DELETING", later=lambda: Stored(None, "DELETED"))
        return {}

    def GetGroup(self, request: dict[str, Any]) -> dict[str, Any]:
        stored = self._found(request["groupName"])
        stored.looks += 1
        if stored.later and stored.looks > self.slowness:
            self.groups[request["groupName"]] = stored = stored.later()
        error = {"errorDetail": {"errorCode": "InvalidRequest", "errorMessage": stored.reason}} if stored.reason else {}
        return {"status": {"status": stored.status, **error}}

    def ListGroups(self, request: dict[str, Any]) -> dict[str, Any]:
        assert request["updatedEarlierThan"]
        there = sorted(name for name, stored in self.groups.items() if stored.members is not None)
        start = int(request.get("nextToken", "0"))
        more = {"nextToken": str(start + 10)} if start + 10 < len(there) else {}
        return {"items": [{"groupName": name} for name in there[start : start + 10]], **more}

    def settle(self) -> None:
        """Let all changes take effect."""
        self.groups = {name: stored.later() if stored.later else stored for name, stored in self.groups.items()}

    def _found(self, name: str) -> Stored:
        if name not in self.groups or self.groups[name].status == "DELETED":
            raise Refused("ResourceNotFoundException")
        return self.groups[name]

    def _members(self, request: dict[str, Any]) -> dict[str, Any]:
        place = request["groupMembers"].get("s3PathForGroupMembers")
        if place is None:
            return request["groupMembers"]
        assert request["roleArn"].startswith("arn:aws:iam::")
        return self._read_file(place["key"], place["bucket"])
