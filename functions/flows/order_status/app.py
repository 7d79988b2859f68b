"""The status of an order. Called by the node OrderStatus of the flow customer-service.

in   the event of a Lambda node: {"node": {"name", "inputs": [{"name": "orderNumber", "value": the number, or ""}]}}
out  a sentence for the customer

https://docs.aws.amazon.com/bedrock/latest/userguide/flows-nodes.html
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


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    inputs = {each["name"]: each["value"] for each in event["node"]["inputs"]}
    status = status_of(str(inputs["orderNumber"]).strip())
    logger.info("order looked up")
    return status
