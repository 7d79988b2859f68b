"""Whatever S3 allows as a key, the workflows and the functions mean the same document and the same upload by it."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministack.services import stepfunctions

from docent.documents import document_id_of, generation_of
from tests.support.pdfs import pdf
from tests.support.project import MACHINES, definition, sample_event
from tests.support.stack import Stack

CREATED = sample_event("s3.object_created.json")
FAILED = sample_event("states.execution_failed.json")
ODD = st.sampled_from(
    [*"/+%&=?#;:,@$ .~'\"\\{}^`|<>[]!*()\t\n\x01\x1f\x7f\x85", "..", "%2F", "ü", "u\u0308", "🜁", "👩‍🔬", "中"]
)
keys = (
    st.lists(ODD | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40), min_size=1)
    .map("".join)
    .filter(lambda key: 0 < len(key.encode()) <= 1024)
)
sequencers = st.integers(0, 16**20).map(lambda number: f"{number:018X}") | st.text(
    "0123456789abcdefABCDEF", min_size=1, max_size=32
)


def read(machine: str, event: dict[str, Any]) -> dict[str, Any]:
    """The document that a workflow's first states make of its event, by MiniStack's own evaluation of JSONata."""
    states = definition(next(path for path in MACHINES if path.name.startswith(machine)))["States"]
    context: dict[str, Any] = {"QueryLanguage": "JSONata", "variables": {}}
    for state in (states[name] for name in ("ReadEvent", "ReadFailure", "ReadDocument") if name in states):
        stepfunctions._apply_state_assign(state, event, context)
    return context["variables"]["document"]


@settings(max_examples=60)
@given(key=keys, sequencer=sequencers, version=st.none() | st.text("abc123._", min_size=1, max_size=32))
def test_workflows_and_functions_mean_the_same_document(key: str, sequencer: str, version: str | None) -> None:
    event = json.loads(json.dumps(CREATED))
    event["detail"]["object"] |= {"key": key, "sequencer": sequencer}
    del event["detail"]["object"]["version-id"]
    if version is not None:
        event["detail"]["object"]["version-id"] = version
    bucket = event["detail"]["bucket"]["name"]
    failed = json.loads(json.dumps(FAILED))
    failed["detail"]["input"] = json.dumps(event)
    meant = {
        "document_id": document_id_of(bucket, key),
        "generation": generation_of(sequencer),
        "source": {"bucket": bucket, "key": key} | ({} if version is None else {"version_id": version}),
    }
    assert read("ingest_document", event) == meant
    assert read("remove_document", event) == meant
    assert read("record_failure", failed) == meant


@pytest.mark.parametrize(
    "key",
    [
        "keys/emoji 👩‍🔬🜁.pdf",
        unicodedata.normalize("NFD", "keys/Übergrößenträger.pdf"),
        "keys/../keys/./dots.pdf",
        "/keys//leading and trailing/",
        " keys/spaces ",
        "keys/100%25+1%2F2&a=b?c#d;e.pdf",
        "keys/tab\tnewline\nbell\x07.pdf",
        "keys/'quotes\" {braces} <tags> \\back`ticks`.pdf",
        "keys/" + "lang" * 220 + ".pdf",
        "keys/" + "ü" * 509 + "x",
    ],
    ids=lambda key: ascii(key)[:40],
)
def test_a_document_of_any_key_is_ingested_found_and_removed(stack: Stack, key: str) -> None:
    document = stack.ingest(key, pdf([f"The lighthouse keeper of Skerry {len(key)} keeps bees."]))
    assert (document["status"], document["key"]) == ("INGESTED", key)
    assert set(stack.entries(key).values()) == {"INDEXED"}
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key=key)
    assert stack.settled(key, document["generation"])["status"] == "REMOVED"
    assert stack.derived_keys(key) == []


def test_two_spellings_that_look_alike_are_two_documents() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Größe.pdf") for form in ("NFC", "NFD"))
    assert document_id_of("docent-documents", composed) != document_id_of("docent-documents", decomposed)
