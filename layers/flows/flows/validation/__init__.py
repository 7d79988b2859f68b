"""What is wrong with a definition: what CreateFlow refuses, what ValidateFlowDefinition finds, and our own checks.

Definitions are in the API's spelling. Findings have the service's shape: `{message, severity, type, details}`, and
`details` has one member, named like the type, that names the node or the connection. The types of our own checks
begin with `Docent`.
"""

from typing import Any

from flows.validation.expressions import parse as parse_expression
from flows.validation.findings import Finding, node_colours
from flows.validation.own_checks import own_findings
from flows.validation.refused import refusals
from flows.validation.service_checks import service_findings

type Json = dict[str, Any]

__all__ = ["node_colours", "own_findings", "parse_expression", "refusals", "service_findings", "validate"]


def validate(definition: Json, *, alias_version: str = "") -> list[Finding]:
    """All findings of a definition that CreateFlow accepts. `alias_version` is the version that a production alias
    names, if there is one."""
    return service_findings(definition) + own_findings(definition, alias_version=alias_version)
