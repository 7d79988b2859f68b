"""The status of an order, as a sentence for the customer. Called by the node OrderStatus of the flow customer-service,
and by the agent of the flow order-desk.

in   the event of a Lambda node: {"node": {"name", "inputs": [{"name": "orderNumber", "value": the number, or ""}]}}
     the event of an agent: {"actionGroup", "function", "parameters": [{"name": "orderNumber", "value"}], …}
out  the sentence; for an agent, within its response

https://docs.aws.amazon.com/bedrock/latest/userguide/flows-nodes.html
https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.settings import read_settings
from docent.table_rows import read_item

logger = Logger()
tracer = Tracer()
UNNAMED = "Which order do you mean? Please send us its number."


@dataclass(frozen=True, slots=True)
class Settings:
    orders_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def status_of(number: str) -> str:
    if not number:
        return UNNAMED
    order = read_item(settings().orders_table, {"order_number": {"S": number}}, "an order was looked up")
    if not order:
        return f"There is no order {number}. Please check its number."
    arrives = f" It arrives on {order['arrives_on']['S']}." if "arrives_on" in order else ""
    return f"Your order {number} is {order['status']['S']}.{arrives}"


def agents_response(event: dict[str, Any], text: str) -> dict[str, Any]:
    called = {name: event[name] for name in ("actionGroup", "function")}
    return {
        "messageVersion": "1.0",
        "response": called | {"functionResponse": {"responseBody": {"TEXT": {"body": text}}}},
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> str | dict[str, Any]:
    given = event["node"]["inputs"] if "node" in event else event.get("parameters", [])
    values = {each["name"]: each["value"] for each in given}
    status = status_of(str(values.get("orderNumber", "")).strip())
    logger.info("order looked up")
    return status if "node" in event else agents_response(event, status)
