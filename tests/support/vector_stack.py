"""The deployed template after it moved from Kendra to S3 Vectors. Both indexes are there until the session ends.

It knows DataZone in another account, the governance account.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from cli import machine, people, repair, search_index
from cli.library import Library
from cli.target import Target
from docent.documents import document_id_of
from local.seams.services import ACCOUNT
from tests.support.accounts import Accounts
from tests.support.deployments import copy_deployed, running, settings_for
from tests.support.pdfs import image_with, pdf
from tests.support.stack import SECONDS, WAIT_SCALE, Stack
from tests.support.waiting import wait_until

GOVERNANCE = "111111111111"
# What was in Kendra before the stack moved.
MOVED = "moved.pdf"
QUESTION, ANSWER = "In which year was the lighthouse of Brindlemere painted green?", "1911"
BODY = pdf(
    ["The lighthouse of Brindlemere was painted green in 1911."], [[image_with("Harbour Brindlemere\ndepth 47 m")]]
)


@dataclass
class VectorStack(Stack):
    """`before` and `after` are the moved document in the one index and in the other, `move_calls` what the move called,
    and `left_in_kendra` the statuses of what Kendra had of it. `accounts` has the outputs of `GOVERNANCE`."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    move_calls: dict[str, int] = field(default_factory=dict)
    left_in_kendra: dict[str, str] = field(default_factory=dict)
    accounts: Accounts = field(kw_only=True)

    def wait_for_withdrawals(self) -> None:
        """Until no execution withdraws anything."""
        arn = self.target.outputs["IngestDocumentArn"].replace("ingest-document", "withdraw-generations")
        running = self.target.step_functions.list_executions
        wait_until(lambda: not running(stateMachineArn=arn, statusFilter="RUNNING")["executions"])
        ingesting = self.target.outputs["IngestDocumentArn"]
        wait_until(lambda: not running(stateMachineArn=ingesting, statusFilter="RUNNING")["executions"])

    def vectors(self, key: str) -> dict[str, dict[str, Any]]:
        """`{vector key: its metadata}` of a document, as the index itself lists them."""
        document_id = document_id_of(self.library.bucket, key)
        pages = (
            self.target.client("s3vectors")
            .get_paginator("list_vectors")
            .paginate(indexArn=self.target.outputs["VectorIndexArn"], returnMetadata=True)
        )
        return {
            each["key"]: each["metadata"]
            for page in pages
            for each in page["vectors"]
            if each["key"].startswith(document_id)
        }


def governed(accounts: Accounts) -> dict[str, str]:
    """The parameters of Docent's stack with a governance account."""
    known = accounts.deploy(GOVERNANCE, "governance", DocentAccount=ACCOUNT)
    return {
        "DataZoneDomainId": known["DomainId"],
        "DataZoneProjectId": known["ProjectId"],
        "GovernanceRoleArn": known["RoleArn"],
        "GovernanceBucket": known["BucketName"],
    }


@pytest.fixture(scope="session")
def vector_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStack]:
    settings = settings_for(tmp_path_factory.mktemp("home"), WAIT_SCALE)
    copy_deployed(tmp_path_factory, settings)
    with running(settings):
        people.sign_in_locally(Target(local=settings), print)
        with_kendra = Stack(Target(local=settings), Library(Target(local=settings)))
        before = with_kendra.ingest(MOVED, BODY)
        entries = list(with_kendra.entries(MOVED))
        accounts = Accounts(settings)
        machine.keep_parameters(settings, governed(accounts))
        search_index.choose(settings, "s3_vectors", print)
        machine.deploy(settings, print)
        target = Target(local=settings)
        stack = VectorStack(target, Library(target), before, accounts=accounts)
        stack.faults("")
        assert list(repair.reingest(stack.library, []))
        stack.after = stack.settled(MOVED, before["generation"])
        stack.wait_for_withdrawals()
        stack.move_calls = stack.calls()
        stack.left_in_kendra = stack.statuses(entries)
        yield stack


def pytest_itemcollected(item: pytest.Item) -> None:
    if "vector_stack" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.stack)
        item.add_marker(pytest.mark.timeout(SECONDS))
        item.add_marker(pytest.mark.xdist_group("vectors"))  # it is deployed once
