"""Ask a question through the API, as the signed-in user."""

from typing import Any

from cli.session import Session
from cli.target import Target


def ask_question(target: Target, question: str, conversation_id: str | None = None) -> dict[str, Any]:
    """An Answer of openapi.yaml. Raises CommandError with the problem's detail."""
    body = {"question": question} | ({"conversation_id": conversation_id} if conversation_id else {})
    return Session(target).api("POST", "/ask", body)
