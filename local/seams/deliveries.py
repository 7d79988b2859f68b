"""EventBridge: an event that cannot be delivered to its state machine goes to the target's dead-letter queue."""

import contextvars
from typing import Any

from ministack.services import (
    eventbridge,
    sqs,
    stepfunctions,
)

# The target that this thread delivers to, and its rule.
_delivery: contextvars.ContextVar[tuple[dict[str, Any], dict[str, Any]]] = contextvars.ContextVar("delivery")


def keep_what_reaches_no_workflow() -> None:
    """Send an event whose state machine no longer exists to the dead-letter queue, with the attributes that AWS adds.

    MiniStack logs this and drops the event. Failures that AWS would retry for a day, such as throttling, do not
    occur here.
    """
    invoke_of_ministack, dispatch_of_ministack = eventbridge._invoke_target, eventbridge._dispatch_to_stepfunctions

    def invoke(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        _delivery.set((target, rule))
        invoke_of_ministack(target, event, rule, view)

    def dispatch(arn: str, payload: str) -> None:
        target, rule = _delivery.get()
        queue = sqs._queue_by_arn(target.get("DeadLetterConfig", {}).get("Arn", ""))
        if queue is None or stepfunctions._resolve_state_machine_arn(arn) is not None:
            dispatch_of_ministack(arn, payload)
            return
        told = {
            "RULE_ARN": rule.get("Arn", ""),
            "TARGET_ARN": arn,
            "ERROR_CODE": "RESOURCE_NOT_FOUND",
            "ERROR_MESSAGE": f"State machine does not exist: {arn}",
        }
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items() if value}
        sqs._act_send_message({"MessageBody": payload, "MessageAttributes": attributes}, queue["url"])

    eventbridge._invoke_target, eventbridge._dispatch_to_stepfunctions = invoke, dispatch
