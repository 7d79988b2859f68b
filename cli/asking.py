"""Ask the deployed function a question."""

import json
from typing import Any

from cli.target import CommandError, Target


def ask_question(target: Target, question: str) -> dict[str, Any]:
    """`{answer, citations, usage}`. Raises CommandError with the function's own words when it refuses."""
    reply = target.client("lambda").invoke(
        FunctionName=target.outputs["AnswerQuestionFunctionName"],
        Payload=json.dumps({"question": question}).encode(),
    )
    body = json.loads(reply["Payload"].read())
    if "FunctionError" in reply:
        name, message = body.get("errorType", "Error"), body.get("errorMessage", "")
        raise CommandError(f"{name}: {message} `docent logs` shows what led to it.")
    return body
