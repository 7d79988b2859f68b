"""`docent sync-groups`: what a person is shown, and told when it is refused."""

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from rich.console import Console

from cli.commands.groups import call_sync_groups, show
from cli.target import CommandError

REPLY = {
    "added": [{"group": "energy", "members": 1_200}],
    "changed": [{"group": "water [old]", "members": 2, "before": 3}, {"group": "lost", "members": 4, "before": None}],
    "removed": [{"group": "steam", "members": 7}],
    "unchanged": 5,
    "foreign": ["confluence-users"],
    "failed": [{"group": "wind", "reason": "AWS answered ValidationException while a group was put."}],
    "refusal": None,
    "dry_run": False,
}


@dataclass
class Deployment:
    """A target whose function answers so."""

    reply: Any
    error: bool = False
    outputs: dict[str, str] = field(default_factory=lambda: {"SyncGroupsFunctionName": "docent-sync-groups"})
    asked: list[Any] = field(default_factory=list)

    def client(self, service: str, **_: Any) -> Any:
        assert service == "lambda"
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.asked.append((FunctionName, json.loads(Payload)))
        failed = {"FunctionError": "Unhandled"} if self.error else {}
        return {"Payload": io.BytesIO(json.dumps(self.reply).encode()), **failed}


def shown(reply: dict[str, Any]) -> str:
    console = Console(file=io.StringIO(), width=100)
    show(console, reply)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_change_is_shown_with_its_members() -> None:
    lines = [line.split() for line in shown(REPLY).splitlines()]
    assert ["+", "energy", "1200"] in lines
    assert ["~", "water", "[old]", "3", "→", "2"] in lines
    assert ["~", "lost", "4"] in lines
    assert ["-", "steam", "7"] in lines
    assert "1 added, 2 changed, 1 removed, 5 unchanged." in shown(REPLY)
    assert "confluence-users" in shown(REPLY)
    assert "✗ wind: AWS answered ValidationException" in shown(REPLY)


def test_a_dry_run_says_what_would_be_and_what_would_be_refused() -> None:
    text = shown(REPLY | {"dry_run": True, "refusal": "3 of 4 groups are no longer in the source."})
    assert "1 would be added" in text
    assert "3 of 4 groups are no longer in the source. Without --force nothing is changed." in text


def test_the_function_is_asked_as_the_person_says() -> None:
    deployment: Any = Deployment(REPLY)
    assert call_sync_groups(deployment, dry_run=True, force=False) == REPLY
    assert deployment.asked == [("docent-sync-groups", {"dry_run": True, "force": False})]


def test_a_refusal_is_told_by_its_name() -> None:
    refused = {"errorType": "TooManyRemovalsError", "errorMessage": "2 of 3 groups are no longer in the source."}
    deployment: Any = Deployment(refused, error=True)
    with pytest.raises(CommandError, match="TooManyRemovalsError: 2 of 3"):
        call_sync_groups(deployment, dry_run=False, force=False)


def test_a_stack_that_keeps_no_groups_says_how_it_would() -> None:
    deployment: Any = Deployment(REPLY, outputs={})
    with pytest.raises(CommandError, match="GroupsSource"):
        call_sync_groups(deployment, dry_run=False, force=False)
