"""What has to change for Q Business's groups to be those of the source.

Q Business tells which groups it has and not who is in them, so Docent keeps a record of what it put there. What
it never put is somebody else's, and left alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from docent.errors.chat import TooManyRemovalsError

from .source_groups import Group, Groups

type State = Literal["asked", "taken", "settled", "failed", "leaving"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the record says of a group.

    `asked` is written before Q Business is called, so that a crash leaves nothing unknown behind; `taken` and
    `leaving` are for Q Business to finish; `settled` and `failed` are what it said in the end.
    """

    digest: str
    members: int
    state: State

    @classmethod
    def asking(cls, group: Group) -> Self:
        return cls(group.digest, group.size, "asked")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


type Record = Mapping[str, Kept]


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of groups, each list sorted; `forgotten` are gone from everywhere but the record."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: list[str]
    foreign: list[str]
    forgotten: list[str]

    @property
    def are_none(self) -> bool:
        return not (self.added or self.changed or self.removed or self.forgotten)


def compare(wanted: Groups, record: Record, listed: Collection[str]) -> Changes:
    """`listed` are the groups that Q Business says it has."""
    present = set(listed)
    new = {name for name in wanted if name not in record and name not in present}
    with_it = {name for name in wanted if name in record and record[name].state in ("settled", "taken")}
    lost = with_it - present
    same = {name for name in with_it & present if record[name].digest == wanted[name].digest}
    over = record.keys() - wanted.keys()
    # What was on its way when it was last looked at may be there without being listed.
    gone = {name for name in over if name not in present and record[name].state in ("settled", "leaving")}
    return Changes(
        added=sorted(new | lost),
        changed=sorted(wanted.keys() - new - lost - same),
        removed=sorted(over - gone),
        unchanged=sorted(same),
        foreign=sorted(present - record.keys() - wanted.keys()),
        forgotten=sorted(gone),
    )


def refusal(changes: Changes, wanted: Groups, record: Record) -> TooManyRemovalsError | None:
    """Why these changes look like a broken source, if they do."""
    if not wanted:
        return TooManyRemovalsError("The source has no groups with anybody in them.")
    leaving = [name for name in changes.removed if record[name].state != "leaving"]
    if 2 * len(leaving) > len(record):
        return TooManyRemovalsError(f"{len(leaving)} of {len(record)} groups are no longer in the source.")
    return None
