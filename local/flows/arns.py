"""The ARNs of flows, their aliases and prompts, from ids or ARNs in requests."""

import secrets
import string
from collections.abc import Mapping

from local.seams.services import account, region

TEST_ALIAS = "TSTALIASID"
_LETTERS = string.ascii_uppercase + string.digits


def new_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(10))


def flow_arn(identifier: str) -> str:
    return identifier if identifier.startswith("arn:") else _arn(f"flow/{identifier}")


def version_arn(flow: str, version: str) -> str:
    """Our store's name of a version: AWS gives a version the ARN of its flow."""
    return f"{flow}/version/{version}"


def alias_arn(flow: str, identifier: str) -> str:
    return identifier if identifier.startswith("arn:") else f"{flow_arn(flow)}/alias/{identifier}"


def prompt_arn(identifier: str) -> str:
    """Without its version."""
    arn = identifier if identifier.startswith("arn:") else _arn(f"prompt/{identifier}")
    head, _, last = arn.rpartition(":")
    return head if last.isdigit() else arn


def prompt_version_in(identifier: str) -> str | None:
    last = identifier.rpartition(":")[2]
    return last if identifier.startswith("arn:") and last.isdigit() else None


def all_flows() -> str:
    return _arn("flow/*")


def flow_resource(labels: Mapping[str, str]) -> str:
    return flow_arn(labels["flowIdentifier"]) if "flowIdentifier" in labels else "*"


def alias_resource(labels: Mapping[str, str]) -> str:
    return alias_arn(labels["flowIdentifier"], labels.get("aliasIdentifier") or labels["flowAliasIdentifier"])


def prompt_resource(labels: Mapping[str, str]) -> str:
    return prompt_arn(labels["promptIdentifier"]) if "promptIdentifier" in labels else "*"


def _arn(resource: str) -> str:
    return f"arn:aws:bedrock:{region()}:{account()}:{resource}"
