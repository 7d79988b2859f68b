"""EventBridge: buses of other accounts as targets, policies of buses, and events of services that run here."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

from local.seams.resources import add_resource_type

logger = logging.getLogger(__name__)

_PUT = "events:PutEvents"


def publish(resource: str, source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
    """Send an event about a resource to the default bus of its account. Returns when its targets have taken it."""
    _, _, _, region, account, _ = resource.split(":", 5)
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": [resource]}
    with request_scope(account, region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def deliver_to_other_accounts() -> None:
    """Send an event on to the bus of another account, as far as the rule's role and the policy of that bus allow it.

    MiniStack drops it. The event keeps its source and its account, as on AWS, where a rule also forwards events of AWS
    services. Another Region is served alike.
    """
    of_ministack = eventbridge._dispatch_to_event_bus
    invoke_of_ministack = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        # The role is in the target, which the function below is not given.
        invoke_of_ministack(target, event, rule | {"_RoleArn": target.get("RoleArn", "")}, view)

    def dispatch(spec: Any, event: Any, rule: dict[str, Any], event_path: Any, payload: str | None = None) -> None:
        if (spec.account_id, spec.region) == (get_account_id(), get_region()):
            return of_ministack(spec, event, rule, event_path, payload)
        arn = f"arn:aws:events:{spec.region}:{spec.account_id}:{spec.resource}"
        if refused := _refused(rule["_RoleArn"], arn, event):
            return logger.warning("An event is not delivered to %s: %s", arn, refused)
        with request_scope(spec.account_id, spec.region):
            return of_ministack(spec, event, rule, event_path, payload)

    eventbridge._invoke_target, eventbridge._dispatch_to_event_bus = invoke, dispatch


def _refused(role_arn: str, bus_arn: str, event: Mapping[str, Any]) -> str | None:
    """Why the role may not put the event to a bus of another account: both policies have to allow it."""
    name, own_account = role_arn.rpartition("/")[2], role_arn.split(":")[4]
    _, _, _, region, account, bus = bus_arn.split(":")
    asked = iam_evaluator.EvalContext(
        f"arn:aws:sts::{own_account}:assumed-role/{name}/events",
        "AssumedRole",
        own_account,
        _PUT,
        bus_arn,
        get_region(),
        service_context={"events:source": event["Source"], "events:detail-type": event["DetailType"]},
    )
    if iam_evaluator.evaluate(asked, iam_evaluator._gather_role_policies(name, own_account)).decision != "Allow":
        return f"the role {role_arn} has no permission"
    policy = eventbridge._event_bus_policies.get_scoped(account, region, bus.rpartition("/")[2])
    if iam_evaluator.evaluate_resource_policy(policy, asked).decision != "Allow":
        return "the policy of the bus does not allow it"
    return None


def add_event_bus_policies() -> None:
    """Add `AWS::Events::EventBusPolicy` with a `Statement`: one statement of the bus's policy each."""

    def statement(props: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if "Statement" not in props:
            raise ValueError("A policy of an event bus needs a Statement here.")
        return props.get("EventBusName", "default"), dict(props["Statement"]) | {"Sid": props["StatementId"]}

    def create(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        bus, made = statement(props)
        policy = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
        others = [each for each in policy["Statement"] if each.get("Sid") != made["Sid"]]
        eventbridge._event_bus_policies[bus] = policy | {"Statement": [*others, made]}
        return f"{bus}|{made['Sid']}", {}

    def update(_physical_id: str, _old: Any, new: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        return create("", new, stack)

    def delete(_physical_id: str, props: dict[str, Any]) -> None:
        asked = {"EventBusName": props.get("EventBusName", "default"), "StatementId": props["StatementId"]}
        eventbridge._remove_permission(asked)

    replacing = ("EventBusName", "StatementId")
    add_resource_type("AWS::Events::EventBusPolicy", create, delete, update, replacing)
