"""One object of a labeling job with one label of all its answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docent.errors.ingest import MissingDocumentError
from labeling.agreement import agreement_of
from labeling.consolidation import consolidated
from labeling.ground_truth import content_of, label_of, unwrapped

from .inferred_schemas import schema_of_answers
from .read_answers import content_in

# How much two segments must have in common to be the same.
OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class ConsolidatedObject:
    object_id: str
    attribute: str
    content: Mapping[str, Any]
    errors: int

    def to_json(self) -> dict[str, Any]:
        return {
            "datasetObjectId": self.object_id,
            "consolidatedAnnotation": {"content": {self.attribute: self.content}},
        }


def consolidate(found: Mapping[str, Any], attribute: str) -> ConsolidatedObject:
    """Every worker's own answer is kept beside the label of all, as it was sent."""
    contents: list[Mapping[str, Any]] = []
    errors: list[dict[str, str]] = []
    for annotation in found["annotations"]:
        try:
            contents.append(_checked(content_in(annotation["annotationData"])))
        except (ValueError, TypeError, LookupError, AttributeError, MissingDocumentError) as error:
            errors.append({"workerId": annotation["workerId"], "error": f"The answer cannot be read: {_kind(error)}."})
    content: dict[str, Any] = {"annotationsFromAllWorkers": found["annotations"]}
    if errors:
        content["errors"] = errors
    if contents:
        content = _together(contents) | content
    return ConsolidatedObject(found["datasetObjectId"], attribute, content, len(errors))


def _together(contents: list[Mapping[str, Any]]) -> dict[str, Any]:
    schema = schema_of_answers(contents)
    labels = [label_of(content, schema) for content in contents]
    told = content_of(consolidated(labels, schema, OVERLAP), schema)
    if len(labels) == 1:
        return told
    ends = [segment["end_us"] for label in labels for segment in label["segments"]]
    return told | {"agreement": agreement_of(labels, max([*ends, 1]))}


def _checked(content: Any) -> Mapping[str, Any]:
    """Raises what reading it as a label raises."""
    if not isinstance(content, Mapping):
        raise TypeError("an answer is an object")
    sent = unwrapped(content)
    label_of(sent, schema_of_answers([sent]))
    return sent


def _kind(error: Exception) -> str:
    return "it is not there any more" if isinstance(error, MissingDocumentError) else "it is no label in JSON"
