"""Chat through the API: as whoever is signed in, by a provider's token, or as one of this machine's people."""

import json
import os
from typing import Any

import httpx
import typer

from cli import identity_providers, showing
from cli.local_sign_in import session_cookie
from cli.session import Session
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, out, plain_errors, print_json

SECONDS = 60
TOKEN = "DOCENT_CHAT_TOKEN"  # noqa: S105 - a variable's name
PAGE = "http://localhost:5173"  # the template's first allowed origin


def say(
    target: Target, message: str, person: str | None = None, conversation: str | None = None, parent: str | None = None
) -> dict[str, Any]:
    """A ChatAnswer of openapi.yaml. Raises CommandError with the problem's own words."""
    body = {"message": message}
    body |= {"conversation_id": conversation} if conversation else {}
    body |= {"parent_message_id": parent} if parent else {}
    if person:
        return _as_person(target, person, body)
    if token := os.environ.get(TOKEN):
        return _post(target, {"Authorization": f"Bearer {token}"}, body)
    return Session(target).api("POST", "/chat", body)


def _as_person(target: Target, person: str, body: dict[str, Any]) -> dict[str, Any]:
    kind = identity_providers.chosen(target.local) if target.is_local else None
    if kind is None:
        raise CommandError("--as is for the identity provider of this machine: `docent up --idp` starts one.")
    cookies = session_cookie(target.outputs["ApiUrl"], kind, person, PAGE)
    return _post(target, {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}, body)


def _post(target: Target, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    try:
        reply = httpx.post(f"{target.outputs['ApiUrl']}/chat", json=body, headers=headers, timeout=SECONDS)
        told = reply.json()
    except (httpx.HTTPError, ValueError) as error:
        raise CommandError(f"The API cannot be reached, or answers nonsense ({type(error).__name__}).") from error
    if reply.is_success:
        return told
    raise CommandError(f"{told.get('detail', json.dumps(told))} (request {told.get('request_id', 'unknown')})")


def add_commands(app: typer.Typer) -> None:
    @app.command()
    def chat(
        message: str,
        person: str | None = typer.Option(None, "--as", help="One of `docent up --idp`'s people: mary or mateo."),
        conversation: str | None = typer.Option(None, help="Go on with this conversation."),
        parent: str | None = typer.Option(None, help="The message that is answered, as the last answer named it."),
        as_json: AsJson = False,
        stack: Stack = None,
        region: Region = None,
    ) -> None:
        """Chat, through Amazon Q Business where the stack has it; DOCENT_CHAT_TOKEN may hold its provider's token."""
        with plain_errors():
            reply = say(Target(stack, region), message, person, conversation, parent)
        if as_json:
            print_json(reply)
        else:
            showing.chat_answer(out, reply)
