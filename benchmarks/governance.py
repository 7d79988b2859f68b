"""From a grant until a question is answered by it, and from a revocation until it is not any more.

One subscriber asks the same question again and again while access is approved and revoked, over the API of a deployed
stack. The time until a decision applies is that from its reply until the first question begins whose answer shows it,
because the grants are read at the beginning. After an approval the workflow grants; a revocation applies when it is
answered. The index's own time, from an upload until its document is found, is what changing readers would take.

python -m benchmarks governance [--quick]
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.pdfs import pdf

PRODUCT = "benchmark-lights"
FACT = "The light of Muckle Skerry is kept by Agnes Sinclair."
QUESTION = "Who keeps the light of Muckle Skerry?"
LIMIT = 60.0


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{rounds, granted, revoked, asking, index}`: seconds, as `{p50, p95, most}`; `index` is one number."""
    del corpus, samples
    from cli import machine
    from cli.target import Target
    from local.settings import LocalSettings
    from tests.support.people import People

    with tempfile.TemporaryDirectory() as home:
        port = int(os.environ.get("DOCENT_PORT", "4588"))
        settings = LocalSettings(Path(home), port=port, faults="", llm_url=None, wait_scale="1")
        os.environ["DOCENT_PORT"] = str(port)
        try:
            machine.start(settings, lambda _: None)
            machine.deploy(settings, lambda _: None)
            target = Target(local=settings)
            return _measure(target, People(target), 5 if quick else 20)
        finally:
            machine.stop(settings, lambda _: None)


def _measure(target: Any, everybody: Any, rounds: int) -> dict[str, Any]:
    from tests.support.api_client import ApiClient

    people = {"olga": ["deposits"], "stella": ["stewards"], "marta": ["marketing"]}
    olga, stella, marta = (
        ApiClient(target, everybody.token(f"{who}@example.com", groups)) for who, groups in people.items()
    )
    made = {"product_id": PRODUCT, "name": "Lights", "classification": "personal_data", "department": "deposits"}
    assert olga.call("POST", "/products", made)[0] == 201
    assert olga.call("PUT", f"/products/{PRODUCT}", {"version": 1, "status": "published"})[0] == 200
    index = _upload(target, marta)
    granted, revoked, asking = list[float](), list[float](), list[float]()

    def knows() -> bool:
        return "Agnes Sinclair" in marta.ask(QUESTION)["answer"]

    assert not knows()
    for _ in range(rounds):
        until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        asked = marta.call("POST", "/subscriptions", {"product_id": PRODUCT, "purpose": "Campaign", "until": until})[1]
        path = f"/subscriptions/{asked['subscription_id']}"
        while not marta.call("GET", path)[1]["needed"]:
            time.sleep(0.05)
        assert stella.call("POST", f"{path}/decision", {"decision": "approve"})[0] == 200
        granted.append(_until(knows, asking))
        assert olga.call("POST", f"{path}/revoke", {})[0] == 200
        revoked.append(_until(lambda: not knows(), asking))
    return {
        "rounds": rounds,
        "granted": _percentiles(granted),
        "revoked": _percentiles(revoked),
        "asking": _percentiles(asking),
        "index": index,
    }


def _until(holds: Callable[[], bool], asking: list[float]) -> float:
    """Seconds until the beginning of the first request for which it holds."""
    since = time.perf_counter()
    while True:
        began = time.perf_counter()
        held = holds()
        asking.append(time.perf_counter() - began)
        if held:
            return began - since
        assert began - since < LIMIT, "it does not apply after a minute"


def _upload(target: Any, marta: Any) -> float:
    """Puts the product's document; seconds until another one, put for a reader by name, is found by them."""
    bucket = target.outputs["SourceBucketName"]

    def put(key: str, text: str, readers: dict[str, Any]) -> None:
        metadata = {"docent-readers": json.dumps(readers)}
        target.s3.put_object(Bucket=bucket, Key=key, Body=pdf([text]), Metadata=metadata)

    put("lights/keeper.pdf", FACT, {"products": [PRODUCT]})
    since = time.perf_counter()
    put("lights/named.pdf", "The buoy of Kirkwall is green.", {"users": ["marta@example.com"]})
    while "green" not in marta.ask("Which colour has the buoy of Kirkwall?")["answer"]:
        time.sleep(0.1)
    took = time.perf_counter() - since
    deadline = time.monotonic() + 120
    while not _is_searchable(target, "lights/keeper.pdf"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return took


def _is_searchable(target: Any, key: str) -> bool:
    from docent.documents import document_id_of

    name = {"document_id": {"S": document_id_of(target.outputs["SourceBucketName"], key)}}
    found = target.dynamodb.get_item(TableName=target.outputs["DocumentsTableName"], Key=name).get("Item", {})
    return found.get("status", {}).get("S") == "INGESTED"


def _percentiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": statistics.median(seconds), "p95": cuts[-1], "most": max(seconds)}


def table(results: dict[str, Any]) -> str:
    names = {
        "granted": "from an approval until the first question that is answered by it",
        "revoked": "from a revocation until the first question that is not answered any more",
        "asking": "one question, whatever it finds",
    }
    rows = [
        f"| {told} | {results[name]['p50']:.2f} | {results[name]['p95']:.2f} | {results[name]['most']:.2f} |"
        for name, told in names.items()
    ]
    return "\n".join(
        [
            f"{results['rounds']} times each, in seconds. The limit is a minute.",
            "",
            "| | p50 | p95 | most |",
            "|---|---|---|---|",
            *rows,
            "",
            f"The index's own time, from an upload for a reader by name until it is found: {results['index']:.1f} s. "
            "A grant changes no document and no index entry, so it does not wait for that.",
            "",
        ]
    )
