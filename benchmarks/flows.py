"""What a run of a flow takes through the API, beside the same run by InvokeFlow alone.

What is more is ours: API Gateway and a function, the version and its definition, masking at the gate, and keeping the
run with its events. The model takes one second for every call (a delay of the local engine).
"""

import json
import statistics
import time
from contextlib import closing
from typing import Any

from benchmarks.questionnaires import deployed, slow_model

MODEL_SECONDS = 1.0
MESSAGE = "My name is Mr. John Smith, john.smith@example.com. How do I set up an account?"
FLOW = "customer-service"


def run(corpus: object, samples: object, quick: bool = False) -> dict[str, Any]:
    from cli.session import Session

    rounds = 5 if quick else 30
    with deployed() as target:
        session = Session(target)
        runtime = target.client("bedrock-agent-runtime")
        known = json.loads(target.outputs["FlowIds"])[FLOW]

        def alone() -> None:
            place = {"nodeName": "FlowInputNode", "nodeOutputName": "document", "content": {"document": MESSAGE}}
            reply = runtime.invoke_flow(
                flowIdentifier=known["id"], flowAliasIdentifier=known["alias"], inputs=[place], enableTrace=True
            )
            with closing(reply["responseStream"]) as stream:
                assert any("flowOutputEvent" in event for event in stream)

        def ours() -> None:
            reply = session.api("POST", f"/flows/{FLOW}/invoke", {"input": MESSAGE, "trace": True})
            assert reply["status"] == "SUCCEEDED", reply

        slow_model(target, MODEL_SECONDS)
        for call in (alone, ours):  # warm
            call()
        pairs = [(_seconds(alone), _seconds(ours)) for _ in range(rounds)]
    return {
        "rounds": rounds,
        "alone_ms": statistics.median(each for each, _ in pairs) * 1000,
        "ours_ms": statistics.median(each for _, each in pairs) * 1000,
        "more_ms": statistics.median(ours - alone for alone, ours in pairs) * 1000,
    }


def table(figures: dict[str, Any]) -> str:
    more, alone = figures["more_ms"], figures["alone_ms"]
    return (
        f"A run of `{FLOW}` with two calls of a model that takes one second, {figures['rounds']} times (medians): "
        f"{alone:,.0f} ms by InvokeFlow alone, {figures['ours_ms']:,.0f} ms through the API. Ours is {more:,.0f} ms "
        f"more, {more / alone:.1%} (at most 5 % or 20 ms)."
    )


def _seconds(call: Any) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
