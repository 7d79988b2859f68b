"""The input of a page of Ground Truth."""

import pytest

from docent.errors.labeling import InvalidManifestError
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("prepare_annotation.source.json")
ADDRESS = "s3://media/calls/call-2.mp3"


@pytest.mark.parametrize("key", ["source", "source-ref"])
def test_the_template_finds_the_address_under_one_key(function: Function, key: str) -> None:
    line = {key: ADDRESS, "call-id": "call-2"}
    assert function({**EVENT, "dataObject": line}) == {
        "taskInput": {"source-ref": ADDRESS, "line": {"call-id": "call-2"}},
        "isHumanAnnotationRequired": "true",
    }


@pytest.mark.parametrize("line", [{}, {"source": "hello"}, {"source-ref": 5}])
def test_a_line_without_an_address_fails_and_does_not_vanish(function: Function, line: dict[str, object]) -> None:
    with pytest.raises(InvalidManifestError):
        function({**EVENT, "dataObject": line})
