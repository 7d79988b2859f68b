"""Sample orders and policies: put where the flows look, and never over what is there."""

import json
from typing import Any

from cli.flow_samples import FOLDER, put_flow_samples
from cli.target import Target
from tests.support.aws import ORDERS_TABLE, SOURCE_BUCKET, World, session

ORDERS = json.loads((FOLDER / "orders.json").read_text())


class MotoTarget(Target):
    outputs = {  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]  # noqa: RUF012
        "SourceBucketName": SOURCE_BUCKET,
        "OrdersTableName": ORDERS_TABLE,
    }

    def client(self, service: str, *_: Any, **__: Any) -> Any:
        make: Any = session().client
        return make(service)


def test_the_samples_are_put_where_the_flows_look(aws: World) -> None:
    assert put_flow_samples(MotoTarget()) == (len(ORDERS), 3)
    assert aws.items(ORDERS_TABLE) == sorted(ORDERS, key=lambda each: each["order_number"])
    keys = aws.list_keys("flow-policies/", SOURCE_BUCKET)
    assert keys == {f"flow-policies/{each}.md" for each in ("returns", "shipping", "warranty")}


def test_what_is_there_stays(aws: World) -> None:
    aws.put_item(ORDERS_TABLE, order_number="1234", status="lost")
    aws.put("flow-policies/returns.md", b"No returns.", SOURCE_BUCKET)
    assert put_flow_samples(MotoTarget()) == (len(ORDERS) - 1, 2)
    assert aws.items(ORDERS_TABLE)[[each["order_number"] for each in aws.items(ORDERS_TABLE)].index("1234")] == {
        "order_number": "1234",
        "status": "lost",
    }
    assert aws.read("flow-policies/returns.md", SOURCE_BUCKET) == b"No returns."
    assert put_flow_samples(MotoTarget()) == (0, 0)
