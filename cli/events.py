"""Prepare the sample events for `sam local invoke`: upload the objects that they refer to."""

import json
from pathlib import Path
from typing import Any

from cli.session import Session
from cli.target import LOCAL_STACK, CommandError, Target

EVENTS = Path(__file__).resolve().parent.parent / "events"
# The objects that the events name, under the keys that they get in the derived bucket.
OBJECTS = EVENTS / "objects"
# The document of the events. It goes into the derived bucket, where it starts no workflow.
SAMPLE = EVENTS.parent / "samples" / "quarterly-report.pdf"
# The bucket names in the sample events: those of the stack on this machine.
SOURCE_BUCKET, DERIVED_BUCKET = "docent-documents", "docent-derived"

# In an event, this stands for the signed-in user's token.
TOKEN = "DOCENT_ID_TOKEN"  # noqa: S105 - a placeholder

# This machine, as seen from a container.
CONTAINER_HOST = "http://host.docker.internal"


def prepare_events(target: Target, folder: Path) -> list[Path]:
    """Upload the objects that the events name, and write `env.json` and the events for this stack into `folder`.

    Returns the files written. `env.json` has the environment variables of each deployed function.
    """
    outputs = target.outputs
    files = {path.relative_to(OBJECTS).as_posix(): path for path in sorted(OBJECTS.rglob("*")) if path.is_file()}
    for key, path in (files | {"samples/quarterly-report.pdf": SAMPLE}).items():
        target.s3.upload_file(str(path), outputs["DerivedBucketName"], key)
    folder.mkdir(parents=True, exist_ok=True)
    environment = folder / "env.json"
    environment.write_text(json.dumps(function_variables(target), indent=2))
    written, token = [environment], _token(target)
    for event in sorted(EVENTS.glob("*/*.json")):
        text = event.read_text()
        text = text.replace(SOURCE_BUCKET, outputs["SourceBucketName"]).replace(
            DERIVED_BUCKET, outputs["DerivedBucketName"]
        )
        copy = folder / event.name
        copy.touch()
        copy.chmod(0o600)  # it can contain a token
        copy.write_text(text.replace(TOKEN, token))
        written.append(copy)
    return written


def _token(target: Target) -> str:
    """The signed-in user's token. If no one is signed in, the placeholder stays and the API refuses the caller."""
    try:
        return Session(target).token()
    except CommandError:
        return TOKEN


def function_variables(target: Target) -> dict[str, dict[str, str]]:
    """`{logical id: {variable: value}}` of the stack's functions, the format of `sam local invoke --env-vars`."""
    stack = target.stack or LOCAL_STACK
    client: Any = target.client("lambda")
    variables: dict[str, dict[str, str]] = {}
    pages = target.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for resource in (resource for page in pages for resource in page["StackResourceSummaries"]):
        if resource["ResourceType"] == "AWS::Lambda::Function":
            function = client.get_function_configuration(FunctionName=resource["PhysicalResourceId"])
            variables[resource["LogicalResourceId"]] = function.get("Environment", {}).get("Variables", {})
    return {name: _from_a_container(target, values) for name, values in variables.items()}


def _from_a_container(target: Target, variables: dict[str, str]) -> dict[str, str]:
    """Replace our addresses on this machine: inside a container, `localhost` is the container itself."""
    if not target.is_local:
        return variables
    here = f"{CONTAINER_HOST}:{target.local.port}"
    return {name: value.replace(target.local.url, here) for name, value in variables.items()} | {
        "AWS_ENDPOINT_URL": here
    }
