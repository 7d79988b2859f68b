"""Sample documents that give two users different answers: the onboarding of project ACME, and of AnyOrgApp.

Mary is in project ACME and Mateo in AnyOrgApp; both ask how they get onboarded. Everyone can read the third document.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.target import CommandError
from local.idp.people import PEOPLE

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "chat"
QUESTION = "How do I get onboarded?"
# Each document's title and the group that can read it; None is every user of the application.
READERS = {
    "acme-onboarding": ("Onboarding to project ACME", "ACME"),
    "anyorgapp-onboarding": ("Onboarding to project AnyOrgApp", "AnyOrgApp"),
    "working-hours": ("Working hours", None),
}
WAIT_SECONDS = 600
_FAILED = ("FAILED", "DOCUMENT_FAILED_TO_INDEX")


def put_sample_documents(client: Any, application_id: str, index_id: str) -> None:
    """Put the documents and the groups that read them, and wait until both are in effect. Safe to run again.

    `client` is a boto3 client of `qbusiness`.
    """
    place = {"applicationId": application_id, "indexId": index_id}
    groups = {person.organisation for person in PEOPLE.values()}
    for group in groups:
        members = [{"userId": person.email} for person in PEOPLE.values() if person.organisation == group]
        client.put_group(**place, groupName=group, type="INDEX", groupMembers={"memberUsers": members})
    answer = client.batch_put_document(**place, documents=[_document(*each) for each in READERS.items()])
    if failed := answer["failedDocuments"]:
        reasons = "; ".join(f"{each['id']}: {each['error']['errorMessage']}" for each in failed)
        raise CommandError(f"Amazon Q Business did not take the sample documents: {reasons}")
    _wait(lambda: _are_indexed(client, place), "the sample documents to be indexed")
    _wait(lambda: all(_is_in_force(client, place, group) for group in groups), "the groups to be in effect")


def _document(name: str, said: tuple[str, str | None]) -> dict[str, Any]:
    title, group = said
    document = {
        "id": f"sample-{name}",
        "title": title,
        "contentType": "PLAIN_TEXT",
        "content": {"blob": (FOLDER / f"{name}.txt").read_bytes()},
    }
    if group is None:
        return document
    readers = [{"group": {"name": group, "access": "ALLOW", "membershipType": "INDEX"}}]
    return document | {"accessConfiguration": {"accessControls": [{"principals": readers}]}}


def _are_indexed(client: Any, place: dict[str, str]) -> bool:
    details = [
        detail
        for page in client.get_paginator("list_documents").paginate(**place)
        for detail in page["documentDetailList"]
        if detail["documentId"].removeprefix("sample-") in READERS
    ]
    for detail in details:
        if detail["status"] in _FAILED:
            reason = detail.get("error", {}).get("errorMessage", "no reason was given")
            raise CommandError(f"Amazon Q Business could not index {detail['documentId']}: {reason}")
    # A document that is put again can be UPDATED: AWS distinguishes new from changed.
    return len(details) == len(READERS) and all(detail["status"] in ("INDEXED", "UPDATED") for detail in details)


def _is_in_force(client: Any, place: dict[str, str], group: str) -> bool:
    status = client.get_group(**place, groupName=group)["status"]
    if status["status"] == "FAILED":
        reason = status.get("errorDetail", {}).get("errorMessage", "no reason was given")
        raise CommandError(f"Amazon Q Business did not take the group {group}: {reason}")
    return status["status"] == "SUCCEEDED"


def _wait(happened: Callable[[], bool], what: str) -> None:
    deadline, pause = time.monotonic() + WAIT_SECONDS, 0.1
    while not happened():
        if time.monotonic() > deadline:
            raise CommandError(f"Waited {WAIT_SECONDS} seconds for {what}, without success.")
        time.sleep(pause)
        pause = min(2 * pause, 5)
