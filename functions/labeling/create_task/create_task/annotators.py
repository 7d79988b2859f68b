"""Who annotates a task whose owner named no group."""

from collections.abc import Mapping
from typing import Any

from docent.errors import InvalidRequestError
from labeling.task_schemas import TaskSchema, is_of_texts

# These are about what can be heard.
_OF_CLIPS = ("suggestions", "transcribe", "silence", "overlap", "ground_truth")


def annotated(options: Mapping[str, Any], schema: TaskSchema, group: str) -> dict[str, Any]:
    """The options with the annotators' group, if there is one: texts may be private, so their owner alone sees them
    until they name a group. Raises InvalidRequestError for options that texts have no use for."""
    if not is_of_texts(schema):
        return dict(options) if options.get("ground_truth") else {"annotators": group, **options}
    if wrong := [name for name in _OF_CLIPS if name in options]:
        errors = tuple({"field": f"/options/{name}", "detail": "is for audio and video only"} for name in wrong)
        raise InvalidRequestError(f"A task of texts has no {wrong[0]}.", errors)
    return dict(options)
