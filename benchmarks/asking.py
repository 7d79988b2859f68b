"""The time the API adds to an answer, the number of clients it can serve, and how often the cited page is correct.

Own time is the time of a request, as a client sees it, minus the time spent waiting for the index, the model and the
guardrail (which the function logs). It is compared with a bare function that returns a constant, behind the same API
and authorizer. Both run warm and in turn.
"""

import io
import json
import os
import statistics
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

BARE = 'def handler(event, context):\n    return {"statusCode": 200, "body": "{}"}\n'
CLIENTS = 50


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    from cli import machine, people
    from cli.found_files import Upload
    from cli.library import Library
    from cli.session import Session
    from cli.target import Target
    from cli.uploading import upload
    from local.settings import LocalSettings

    with tempfile.TemporaryDirectory() as home:
        settings = LocalSettings(Path(home), port=4579, faults="", llm_url=None, wait_scale="1")
        os.environ["DOCENT_PORT"] = str(settings.port)
        try:
            machine.start(settings, lambda _: None)
            machine.deploy(settings, lambda _: None)
            target = Target(local=settings)
            people.sign_in_locally(target, lambda _: None)
            handbooks = sorted((corpus / "qa" / "both" / "contoso" / "docs").glob("*.pdf"))
            files = [*sorted(samples.glob("*.pdf")), *handbooks]
            upload(Library(target), [Upload(path, path.name) for path in files], True, 1200, None)
            api = Api(target.outputs["ApiUrl"], Session(target).token())
            _add_bare_function(target)
            questions = [each["question"] for each in json.loads((samples / "questions.json").read_text())]
            return {
                "own": _own_time(target, api, questions, 10 if quick else 60),
                "load": _load(api, questions, 10 if quick else 60),
                "citations": _citations(api, corpus, 8 if quick else None) if handbooks else None,
            }
        finally:
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"]


@dataclass(frozen=True)
class Api:
    url: str
    token: str
    # Creating a client takes longer than a call. Each call opens a connection, as occasional clients do.
    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=120, limits=httpx.Limits(max_keepalive_connections=0))
    )

    def post(self, path: str, body: Any) -> tuple[int, Any, str]:
        """The status, the body and the request id."""
        headers = {"Authorization": f"Bearer {self.token}"}
        reply = self.client.post(self.url + path, json=body, headers=headers)
        told = reply.json() if reply.content else None
        return reply.status_code, told, reply.headers.get("X-Request-Id", "")

    def ask(self, question: str) -> tuple[int, Any, str]:
        return self.post("/ask", {"question": question})

    def bare(self, _: str) -> tuple[int, Any, str]:
        return self.post("/bare", {"question": "none"})


def _add_bare_function(target: Any) -> None:
    """Add `POST /bare` to the deployed API, with its authorizer and a function that does nothing."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("app.py", BARE)
    functions, apis = target.client("lambda"), target.client("apigateway")
    role = next(each["Role"] for each in functions.list_functions()["Functions"] if "AnswerQ" in each["FunctionName"])
    arn = functions.create_function(
        FunctionName="bare",
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": package.getvalue()},
        MemorySize=1024,
    )["FunctionArn"]
    api_id = target.outputs["ApiUrl"].split("/")[-2]
    resources = apis.get_resources(restApiId=api_id, limit=500)["items"]
    root = next(each["id"] for each in resources if each["path"] == "/")
    asks = next(each for each in resources if each["path"] == "/ask")
    method = apis.get_method(restApiId=api_id, resourceId=asks["id"], httpMethod="POST")
    bare = apis.create_resource(restApiId=api_id, parentId=root, pathPart="bare")["id"]
    place = {"restApiId": api_id, "resourceId": bare, "httpMethod": "POST"}
    apis.put_method(**place, authorizationType="CUSTOM", authorizerId=method["authorizerId"])
    region = apis.meta.region_name
    uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    apis.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    apis.create_deployment(restApiId=api_id, stageName="v1")


def _own_time(target: Any, api: Api, questions: list[str], rounds: int) -> dict[str, Any]:
    started = int(time.time() * 1000)
    for warm in questions:
        api.ask(warm), api.bare(warm)
    whole: dict[str, float] = {}
    bare: list[float] = []
    for number in range(rounds):
        question = questions[number % len(questions)]
        before = time.perf_counter()
        status, _, request_id = api.ask(question)
        assert status == 200
        whole[request_id] = time.perf_counter() - before
        before = time.perf_counter()
        assert api.bare(question)[0] == 200
        bare.append(time.perf_counter() - before)
    waited = _waited(target, started, set(whole))
    own = {request: seconds - waited[request] for request, seconds in whole.items()}
    return {
        "rounds": rounds,
        "whole_ms": _percentiles(whole.values()),
        "own_ms": _percentiles(own.values()),
        "bare_ms": _percentiles(bare),
        "share": statistics.median(own[request] / whole[request] for request in whole),
        "ratio": statistics.median(own.values()) / statistics.median(bare),
    }


def _waited(target: Any, started: int, requests: set[str]) -> dict[str, float]:
    """The seconds that each request waited for services, from the function's log."""
    logs = target.client("logs")
    groups = target.cloudformation.get_paginator("list_stack_resources").paginate(StackName="docent")
    group = next(
        each["PhysicalResourceId"]
        for page in groups
        for each in page["StackResourceSummaries"]
        if each["LogicalResourceId"] == "FunctionsLogGroup"
    )
    waited: dict[str, float] = {}
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=started):
        for event in page["events"]:
            if '"question answered"' in event["message"]:
                entry = json.loads(event["message"])
                waited[entry["request_id"]] = entry["waited_milliseconds"] / 1000
    missing = requests - set(waited)
    assert not missing, f"{len(missing)} requests are not in the log"
    return waited


def _percentiles(values: Any) -> list[float]:
    """p50 and p95, in milliseconds."""
    steps = statistics.quantiles(values, n=20, method="inclusive")
    return [round(1000 * steps[9], 1), round(1000 * steps[18], 1)]


def _load(api: Api, questions: list[str], seconds: float) -> dict[str, Any]:
    return {name: _under_load(call, questions, seconds) for name, call in (("bare", api.bare), ("ask", api.ask))}


def _under_load(call: Callable[[str], tuple[int, Any, str]], questions: list[str], seconds: float) -> dict[str, Any]:
    """CLIENTS clients at once. Each sends its next question after an answer."""
    end = time.perf_counter() + seconds
    statuses: list[int] = []
    times: list[float] = []
    lock = threading.Lock()

    def client(number: int) -> None:
        while time.perf_counter() < end:
            before = time.perf_counter()
            status = call(questions[number % len(questions)])[0]
            with lock:
                statuses.append(status)
                times.append(time.perf_counter() - before)

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))
    return {
        "answers": len(statuses),
        "errors": sum(status != 200 for status in statuses),
        "per_second": round(len(statuses) / (time.perf_counter() - began), 1),
        "ms": _percentiles(times),
    }


def _citations(api: Api, corpus: Path, limit: int | None) -> dict[str, Any]:
    """How often a page with the answer is cited, and cited first."""
    from benchmarks.search import collections_of

    questions = collections_of(corpus)[0].questions[:limit]
    first = among = answered = 0
    for question in questions:
        pages = question.truths["pages"]
        _, answer, _ = api.ask(question.text)
        cited = [(each["file_name"], each.get("page")) for each in answer["citations"]]
        answered += bool(cited)
        among += bool(set(cited) & pages)
        first += bool(cited and cited[0] in pages)
    return {"questions": len(questions), "answered": answered, "cited": among, "cited_first": first}


def table(results: dict[str, Any]) -> str:
    own, load, citations = results["own"], results["load"], results["citations"]
    lines = ["| one question at a time | p50 / p95 |", "|---|--:|"]
    for key, name in (
        ("whole_ms", "`POST /ask`, as a client sees it"),
        ("own_ms", "of that our own: not the index, the model or the guardrail"),
        ("bare_ms", "a bare function behind the same API"),
    ):
        lines.append(f"| {name} | {own[key][0]:.0f} / {own[key][1]:.0f} ms |")
    lines += [
        f"| our own as a share of the whole | {own['share']:.0%} |",
        f"| our own beside the bare function | {own['ratio']:.2f}× |",
        "",
        f"| {CLIENTS} clients for a minute | answers a second | errors | p50 / p95 |",
        "|---|--:|--:|--:|",
    ]
    for key, name in (("ask", "`POST /ask`"), ("bare", "the bare function")):
        told = load[key]
        lines.append(
            f"| {name} | {told['per_second']} | {told['errors']} | {told['ms'][0]:.0f} / {told['ms'][1]:.0f} ms |"
        )
    if citations:
        count = citations["questions"]
        lines += [
            "",
            f"| of {count} questions with known pages | |",
            "|---|--:|",
            f"| answered | {citations['answered'] / count:.0%} |",
            f"| a known page is cited | {citations['cited'] / count:.0%} |",
            f"| a known page is cited first | {citations['cited_first'] / count:.0%} |",
        ]
    return "\n".join(lines)
