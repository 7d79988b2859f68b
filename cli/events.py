"""The sample events, made to work: what they refer to is put in place, for `sam local invoke`."""

import json
from pathlib import Path
from typing import Any

from cli.session import Session
from cli.target import LOCAL_STACK, CommandError, Target

EVENTS = Path(__file__).resolve().parent.parent / "events"
# Below here lie the objects that events name, under the keys they have in the derived bucket.
OBJECTS = EVENTS / "objects"
# The document they are about. It lies in the derived bucket, where it starts no workflow.
SAMPLE = EVENTS.parent / "samples" / "quarterly-report.pdf"
# How the events in the repository name the buckets: as the stack on this machine does.
SOURCE_BUCKET, DERIVED_BUCKET = "docent-documents", "docent-derived"

# Where an event carries the token of whoever is signed in.
TOKEN = "DOCENT_ID_TOKEN"  # noqa: S105 - a placeholder

# How a container calls this machine.
CONTAINER_HOST = "http://host.docker.internal"


def prepare_events(target: Target, folder: Path) -> list[Path]:
    """Put the objects that events name into the stack, and write `env.json` and the events for it into `folder`.

    Returns the files written. `env.json` gives each function the variables of the deployed one.
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
        copy.chmod(0o600)  # a token may be in it
        copy.write_text(text.replace(TOKEN, token))
        written.append(copy)
    return written


def _token(target: Target) -> str:
    """Of whoever is signed in; without anybody the placeholder stays, and the event is one of a refused caller."""
    try:
        return Session(target).token()
    except CommandError:
        return TOKEN


def function_variables(target: Target) -> dict[str, dict[str, str]]:
    """`{logical id: {variable: value}}` of the stack's functions, as `sam local invoke --env-vars` takes it."""
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
    """On this machine `localhost` is another one in a container: every address of ours is given by the host's name."""
    if not target.is_local:
        return variables
    here = f"{CONTAINER_HOST}:{target.local.port}"
    return {name: value.replace(target.local.url, here) for name, value in variables.items()} | {
        "AWS_ENDPOINT_URL": here
    }
