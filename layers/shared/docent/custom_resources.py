"""What CloudFormation is told about a custom resource."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

SECONDS = 20


def send_answer(request: Mapping[str, Any], failure: str = "") -> None:
    """`failure` is the reason that the events of the stack show; without one the request has succeeded."""
    answer = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        "PhysicalResourceId": request.get("PhysicalResourceId") or request["LogicalResourceId"],
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
    }
    # The address is presigned, for a request without a content type.
    put = urllib.request.Request(  # noqa: S310 - CloudFormation's own address
        request["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(put, timeout=SECONDS):  # noqa: S310
        pass
