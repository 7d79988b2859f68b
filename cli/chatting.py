"""Chat through the API: as the signed-in user, with a provider's token, or as a user of this machine's provider."""

import json
import os
from typing import Any

import httpx

from cli import identity_providers
from cli.local_sign_in import session_cookie
from cli.own_model import hint
from cli.session import Session
from cli.target import CommandError, Target

SECONDS = 60
TOKEN = "DOCENT_CHAT_TOKEN"  # noqa: S105 - a variable's name
PAGE = "http://localhost:5173"  # the template's first allowed origin


def say(
    target: Target, message: str, person: str | None = None, conversation: str | None = None, parent: str | None = None
) -> dict[str, Any]:
    """A ChatAnswer of openapi.yaml. Raises CommandError with the problem's detail."""
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
        raise CommandError("--as needs the identity provider of this machine. Start it with `docent up --idp`.")
    cookies = session_cookie(target.outputs["ApiUrl"], kind, person, PAGE)
    return _post(target, {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}, body)


def _post(target: Target, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    try:
        reply = httpx.post(f"{target.outputs['ApiUrl']}/chat", json=body, headers=headers, timeout=SECONDS)
        told = reply.json()
    except (httpx.HTTPError, ValueError) as error:
        raise CommandError(f"The API cannot be reached, or its reply is not JSON ({type(error).__name__}).") from error
    if reply.is_success:
        return told
    problem = f"{told.get('detail', json.dumps(told))} (request {told.get('request_id', 'unknown')})"
    raise CommandError(problem + hint(target, reply.status_code))
