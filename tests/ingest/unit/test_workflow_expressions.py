"""Whatever S3 allows as a key, the state machines and the functions compute the same document, generation and key."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministack.services import stepfunctions

from docent.derived_keys import GenerationKeys
from docent.documents import document_id_of, generation_of
from tests.support.project import MACHINES, definition, sample_event

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
sequencers = st.text("0123456789abcdefABCDEF", min_size=1, max_size=32)


def states_of(machine: str) -> dict[str, Any]:
    return definition(next(path for path in MACHINES if path.name.startswith(machine)))["States"]


def read(machine: str, event: dict[str, Any]) -> dict[str, Any]:
    """The document that a workflow's first states make of its event, by MiniStack's own evaluation of JSONata."""
    states = states_of(machine)
    context: dict[str, Any] = {"QueryLanguage": "JSONata", "variables": {}}
    for state in (states[name] for name in ("ReadEvent", "ReadFailure", "ReadDocument") if name in states):
        stepfunctions._apply_state_assign(state, event, context)
    return context["variables"]["document"]


@settings(max_examples=60, deadline=None)
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


@given(key=keys, sequencer=sequencers, image_id=st.text("0123456789abcdef", min_size=64, max_size=64))
def test_workflows_and_functions_mean_the_same_masked_caption(key: str, sequencer: str, image_id: str) -> None:
    document = {"document_id": document_id_of("docent-documents", key), "generation": generation_of(sequencer)}
    state = states_of("ingest_document")["CaptionImages"]["ItemProcessor"]["States"]["MaskText"]
    caption = {"bucket": "docent-derived", "key": "any"}
    given_input = {"document": document, "picture_id": image_id, "caption": caption}
    context = {"QueryLanguage": "JSONata"}
    arguments = stepfunctions._apply_jsonata_arguments(state, given_input, context)
    assert arguments["target"] == {"bucket": "docent-derived", "key": GenerationKeys(**document).masked(image_id)}


@pytest.mark.parametrize(
    ("machine", "task", "choice", "onwards"),
    [
        ("ingest_document", "SyncIndex", "IsEverythingPut", "ConfirmIndexed"),
        ("withdraw_generations", "RemoveFromIndex", "IsAnythingLeft", "ConfirmRemoved"),
        (
            "withdraw_generations",
            "RemoveFromFormerIndex",
            "IsAnythingLeftInFormerIndex",
            "ConfirmRemovedFromFormerIndex",
        ),
    ],
)
def test_a_workflow_goes_on_from_where_the_index_stopped(machine: str, task: str, choice: str, onwards: str) -> None:
    states, variables = states_of(machine), {"readers": {}, "selection": {}, "next": None}
    context: dict[str, Any] = {"QueryLanguage": "JSONata", "variables": variables}
    given_input = {"manifest": {}, "failures": [], "entries": {}}
    for stopped in ({"next": {"done": 10, "last": "a/1/text"}}, {}):
        arguments = stepfunctions._apply_jsonata_arguments(states[task], given_input, context)
        assert arguments["next"] == variables["next"]
        result = {"settled": False, "entries": {}} | stopped
        stepfunctions._apply_state_assign(states[task], given_input, context, result=result)
        _, following = stepfunctions._execute_choice(states[choice], given_input, context)
        assert following == (task if stopped else onwards)
    assert variables["next"] is None


def substituted(state: dict[str, Any], **substitutions: str) -> dict[str, Any]:
    """A state as CloudFormation deploys it."""
    text = json.dumps(state)
    for name, value in substitutions.items():
        text = text.replace(f"${{{name}}}", value)
    return json.loads(text)


@pytest.mark.parametrize(("index", "following"), [("kendra", "HasImages"), ("s3_vectors", "ExtractPassages")])
def test_passages_are_extracted_for_an_index_that_takes_them(index: str, following: str) -> None:
    state = substituted(states_of("ingest_document")["DoesIndexTakePassages"], SearchIndex=index)
    assert stepfunctions._execute_choice(state, {}, {"variables": {}})[1] == following


@pytest.mark.parametrize(
    ("former", "following"), [("arn:kendra", "RemoveFromFormerIndex"), ("arn:vectors", "ForgetDocument")]
)
def test_uploads_leave_the_former_index_too_before_they_are_forgotten(former: str, following: str) -> None:
    states = states_of("withdraw_generations")
    arns = {"SyncIndexFunctionArn": "arn:vectors", "SyncFormerIndexFunctionArn": former}
    state = substituted(states["IsThereAFormerIndex"], **arns)
    context: dict[str, Any] = {"QueryLanguage": "JSONata", "variables": {"settled": True, "next": None, "attempt": 7}}
    for choice in ("IsAnythingLeft", "IsEverythingRemoved"):
        assert stepfunctions._execute_choice(states[choice], {}, context)[1] == "IsThereAFormerIndex"
    assert stepfunctions._execute_choice(state, {}, context)[1] == following
    for choice in ("IsAnythingLeftInFormerIndex", "IsFormerIndexClear"):
        assert stepfunctions._execute_choice(states[choice], {}, context)[1] == "ForgetDocument"


@pytest.mark.parametrize(("images", "following"), [(0, "SyncIndex"), (1, "CaptionImages")])
def test_a_document_without_images_passes_the_map_over_them_by(images: int, following: str) -> None:
    state = states_of("ingest_document")["HasImages"]
    assert stepfunctions._execute_choice(state, {"image_count": images}, {"variables": {}})[1] == following


@pytest.mark.parametrize(("replaces", "following"), [(True, "WithdrawEarlierGenerations"), (False, "Ingested")])
def test_a_document_is_ingested_before_its_earlier_uploads_are_withdrawn(replaces: bool, following: str) -> None:
    states = states_of("ingest_document")
    announced = states["RecordIngested"]["Next"]
    context = {"variables": {"settled": True, "replaces": replaces}}
    assert stepfunctions._execute_choice(states["IsEverythingIndexed"], {}, context)[1] == "RecordIngested"
    assert stepfunctions._execute_choice(states[states[announced]["Next"]], {}, context)[1] == following


def test_two_spellings_that_look_alike_are_two_documents() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Größe.pdf") for form in ("NFC", "NFD"))
    assert document_id_of("docent-documents", composed) != document_id_of("docent-documents", decomposed)
