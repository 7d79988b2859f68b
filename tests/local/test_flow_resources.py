"""The definitions of flows in templates, in each of the three forms."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from flows.flow_files import to_pascal
from local.flows import template_definitions
from tests.support.flow_definitions import line, prompt

type Json = dict[str, Any]


def asking() -> Json:
    asks = prompt("Ask", "{{ask}}", ask="String")
    inline = asks["configuration"]["prompt"]["sourceConfiguration"]["inline"]
    inline["inferenceConfiguration"] = {"text": {"temperature": 0.5, "maxTokens": 4096}}
    return line(asks)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[Json], Json]:
    written = json.dumps(to_pascal(asking()))
    monkeypatch.setattr(template_definitions, "s3_text", lambda bucket, key: written)
    return template_definitions.definition_of


def test_all_forms_are_the_same_definition(read: Callable[[Json], Json]) -> None:
    place = {"Bucket": "a-bucket", "Key": "flow.json"}
    for form in (
        {"Definition": to_pascal(asking())},
        {"DefinitionString": json.dumps(to_pascal(asking()))},
        {"DefinitionS3Location": place},
    ):
        assert read(form) == asking()


def test_numbers_that_a_template_quotes_are_numbers(read: Callable[[Json], Json]) -> None:
    written = json.dumps(to_pascal(asking())).replace("0.5", '"0.5"').replace("4096", '"4096"')
    assert read({"Definition": json.loads(written)}) == asking()


def test_substitutions_are_values_within_strings(read: Callable[[Json], Json]) -> None:
    written = json.dumps(to_pascal(asking())).replace("{{ask}}", "${Said} {{ask}} ${Other}")
    given = {"DefinitionString": written, "DefinitionSubstitutions": {"Said": 'a "b"\n\\'}}
    [_, node, _] = read(given)["nodes"]
    text = node["configuration"]["prompt"]["sourceConfiguration"]["inline"]["templateConfiguration"]["text"]["text"]
    assert text == 'a "b"\n\\ {{ask}} ${Other}'


def test_two_forms_and_what_is_no_json_are_refused(read: Callable[[Json], Json]) -> None:
    with pytest.raises(ValueError, match="only specify one of"):
        read({"Definition": {}, "DefinitionString": "{}"})
    with pytest.raises(ValueError, match="Could not parse DefinitionString"):
        read({"DefinitionString": "{"})
