"""What validation says of a definition, as `FlowValidation` of openapi.yaml."""

from typing import Any

from flows.flow_files import Definition
from flows.validation import node_colours, refusals, validate


def found_in(definition: Definition) -> dict[str, Any]:
    """A definition that CreateFlow refuses is not validated any further, as at Bedrock."""
    refused = refusals(definition)
    validations = [] if refused else validate(definition)
    colours = {} if refused else node_colours(definition, validations)
    return {"validations": validations, "refusals": refused, "nodes": colours}
