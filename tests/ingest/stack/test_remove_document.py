"""The remove_document workflow on the local stack: removed means that the index agrees."""

from typing import Any

import pytest

from docent.documents import document_id_of
from tests.support.pdfs import image_with, pdf
from tests.support.project import sample_event
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("states")  # test_visited_states looks at what these ran


def deleted(key: str, sequencer: str, **detail: Any) -> dict[str, Any]:
    event = sample_event("s3.object_deleted.json")
    event["detail"]["object"] |= {"key": key, "sequencer": sequencer}
    event["detail"] |= detail
    return event


def remove(stack: Stack, key: str) -> dict[str, Any]:
    before = stack.document(key)
    assert before
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key=key)
    return stack.settled(key, before["generation"])


def test_a_deleted_document_is_removed_everywhere(stack: Stack) -> None:
    stack.ingest(
        "gone/brochure.pdf",
        pdf(["The museum of Tintagel shows brass astrolabes."], [[image_with("Astrolabe hall\nsecond floor")]]),
    )
    entries = list(stack.entries("gone/brochure.pdf"))
    images = [key for key in stack.derived_keys("gone/brochure.pdf") if "/images/" in key]
    image_id = images[0].rsplit("/", 1)[-1].split(".")[0]
    assert remove(stack, "gone/brochure.pdf")["status"] == "REMOVED"
    assert set(stack.statuses(entries).values()) == {"NOT_FOUND"}
    assert stack.derived_keys("gone/brochure.pdf") == []
    cached = stack.target.dynamodb.get_item(
        TableName=stack.target.outputs["PicturesTableName"], Key={"picture_id": {"S": image_id}}
    )
    assert "Item" not in cached, "nothing read in its images outlives it"
    assert "astrolabe" not in stack.ask("What does the museum of Tintagel show?")["answer"].lower()
    assert "gone/brochure.pdf" not in [row["key"] for row in stack.library.documents()]


def test_an_image_that_another_document_shows_keeps_its_caption(stack: Stack) -> None:
    shared = image_with("Common seal\nof the guild")
    stack.ingest("shared/a.pdf", pdf(["A"], [[shared]]))
    stack.ingest("shared/b.pdf", pdf(["B"], [[shared]]))
    remove(stack, "shared/a.pdf")
    stack.faults("")
    assert stack.ingest("shared/c.pdf", pdf(["C"], [[shared]]))["captioned_count"] == 1
    assert stack.calls().get("bedrock-runtime.Converse", 0) == 0


def test_a_deletion_older_than_the_upload_removes_nothing(stack: Stack) -> None:
    document = stack.ingest("stays/again.pdf", pdf(["Uploaded again after it was deleted."]))
    execution = stack.ended(stack.start(stack.target.outputs["RemoveDocumentArn"], deleted("stays/again.pdf", "0001")))
    assert stack.states(execution["executionArn"])[-1] == "NothingToRemove"
    assert stack.document("stays/again.pdf") == document


def test_deleting_an_old_version_for_good_removes_nothing(stack: Stack) -> None:
    document = stack.ingest("stays/versions.pdf", pdf(["The current version."]))
    event = deleted("stays/versions.pdf", "F" * 16, **{"deletion-type": "Permanently Deleted"})
    execution = stack.ended(stack.start(stack.target.outputs["RemoveDocumentArn"], event))
    assert stack.states(execution["executionArn"])[-1] == "NothingToRemove"
    assert stack.document("stays/versions.pdf") == document


def test_an_upload_event_that_comes_after_its_deletion_is_refused(stack: Stack) -> None:
    key = "order/late.pdf"
    execution = stack.ended(stack.start(stack.target.outputs["RemoveDocumentArn"], deleted(key, "F" * 16)))
    assert execution["status"] == "SUCCEEDED"
    event = sample_event("s3.object_created.json")
    event["detail"]["object"] |= {"key": key, "sequencer": "E" * 16}
    execution = stack.ended(stack.start(stack.target.outputs["IngestDocumentArn"], event))
    assert stack.states(execution["executionArn"])[-1] == "AlreadyIngested"
    row = stack.library.row(document_id_of(stack.library.bucket, key))
    assert row
    assert row["status"] == "REMOVED"
    assert int(row["expires_at"]) > 0


def test_an_index_that_is_slow_to_delete_is_waited_for(stack: Stack) -> None:
    stack.ingest("gone/slow.pdf", pdf(["Slowly forgotten."]))
    stack.faults(
        "kendra.BatchDeleteDocument=ThrottlingException*3,kendra.BatchGetDocumentStatus=InternalServerException*2"
    )
    assert remove(stack, "gone/slow.pdf")["status"] == "REMOVED"


def test_a_removal_that_takes_the_index_long_says_since_when(stack: Stack) -> None:
    before = stack.ingest("gone/hours.pdf", pdf(["The ferry to Ithaca sails at dawn."]))
    stack.faults("kendra.Deletion=delay:6")
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key="gone/hours.pdf")
    wait_until(lambda: (stack.document("gone/hours.pdf") or {})["status"] == "REMOVING")
    document = stack.document("gone/hours.pdf") or {}
    assert document["removing_since"] == document["updated_at"] > before["updated_at"]
    assert stack.settled("gone/hours.pdf", before["generation"])["removing_since"] is None


def test_a_document_uploaded_again_while_it_is_removed_is_not_called_removed(stack: Stack) -> None:
    key = "stays/meanwhile.pdf"
    before = stack.ingest(key, pdf(["Deleted, and uploaded again at once."]))
    stack.faults("kendra.BatchDeleteDocument=delay:5*1")
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key=key)
    wait_until(lambda: stack.calls().get("kendra.BatchDeleteDocument"))
    removal = stack.document(key)
    assert removal
    assert removal["execution_arn"] != before["execution_arn"]
    stack.claim(key)
    assert stack.states(stack.ended(removal["execution_arn"])["executionArn"])[-1] == "UploadedAgain"
    assert (stack.document(key) or {})["status"] == "REMOVING", "the newer upload will say what becomes of it"
