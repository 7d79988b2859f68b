"""Flows through the API: run them, look at runs, and change which version answers."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from cli.session import Session
from cli.target import CommandError
from flows.flow_files import Definition, parse
from flows.flow_tests import FlowTest

FOLDER = Path("flows")
# As long as Bedrock runs a flow, and somewhat longer.
SECONDS = 330
PROTOCOL = "docent"

type Heard = Callable[[dict[str, Any]], None]


def _unheard(event: dict[str, Any]) -> None:
    """The result has all events."""


class Flows:
    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[dict[str, Any]]:
        return self._session.api("GET", "/flows")["flows"]

    def show(self, flow: str) -> dict[str, Any]:
        return self._session.api("GET", f"/flows/{flow}")

    def version(self, flow: str, number: str) -> dict[str, Any]:
        return self._session.api("GET", f"/flows/{flow}/versions/{number}")

    def file(self, flow: str) -> dict[str, Any]:
        return self._session.api("GET", f"/flows/{flow}/file")

    def tests(self, flow: str) -> list[dict[str, Any]]:
        return self._session.api("GET", f"/flows/{flow}/tests")["tests"]

    def answer_by(self, flow: str, version: str) -> dict[str, Any]:
        return self._session.api("PUT", f"/flows/{flow}/alias", {"version": version})

    def runs(self, flow: str, most: int = 25) -> list[dict[str, Any]]:
        return self._session.api("GET", f"/flows/{flow}/runs", query={"limit": most})["runs"]

    def show_run(self, flow: str, run_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"/flows/{flow}/runs/{run_id}")

    def try_node(
        self, flow: str, run_id: str, node: str, scope: str, inputs: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        body = {"run_id": run_id, "node": node, "scope": scope} | ({"inputs": dict(inputs)} if inputs else {})
        return self._session.api("POST", f"/flows/{flow}/trials", body)

    def repeat(self, test: FlowTest) -> dict[str, Any]:
        """The run of a test's input, to which its answers are given if nodes ask; with its trace."""
        result = self.run(test.flow, test.input, _unheard, trace=True)
        for answer in test.answers:
            if "question" not in result:
                break
            turn = {"run_id": result["run_id"], "node": result["question"]["node"]}
            result = self.run(test.flow, answer, _unheard, trace=True, turn=turn)
        return result

    def run(
        self, flow: str, document: Any, heard: Heard, trace: bool = False, turn: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """A `FlowResult`. `heard` is called with each event as it occurs; `turn` is the run and the node whose
        question the document answers. Raises CommandError with a problem's detail."""
        message = {"action": "flow", "flow": flow, "input": document, "trace": trace, **(turn or {})}
        protocols: Any = [PROTOCOL, self._session.token()]
        try:
            with connect(
                self._session.target.outputs["StreamUrl"], subprotocols=protocols, max_size=None, open_timeout=60
            ) as socket:
                socket.send(json.dumps(message))
                while True:
                    told = json.loads(socket.recv(timeout=SECONDS))
                    match told.pop("type"):
                        case "flow_event":
                            heard(told["event"])
                        case "flow_result":
                            return told
                        case "problem":
                            raise CommandError(f"{told['detail']} (request {told['request_id']})")
                        case _:
                            pass
        except (WebSocketException, OSError, TimeoutError) as error:
            see = f"`docent flow runs {flow}` shows whether the run has ended."
            raise CommandError(f"The connection to the API broke off ({type(error).__name__}). {see}") from error


def flow_paths(folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob("*.flow.json"))


def read_flow(path: Path) -> Definition:
    """Raises CommandError for a file that cannot be read, or that is no JSON object."""
    try:
        return parse(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def read_document(text: str | None, file: Path | None) -> Any:
    """What a flow gets: a text as it is, or JSON from a file."""
    if file is None:
        return text
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def trace_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """One line for each node, with what it did and how long it took."""
    for node in result.get("nodes", []):
        words = [f"{node['node']} ({node['type']})", f"{node.get('milliseconds', 0):,.0f} ms"]
        if node["conditions"]:
            words.append(f"held: {', '.join(node['conditions'])}")
        if node["guardrail"]["outcome"] != "none":
            words.append(
                f"guardrail {node['guardrail']['outcome']}: {', '.join(node['guardrail']['kinds'])}".rstrip(": ")
            )
        if "input_tokens" in node:
            words.append(f"{node['input_tokens']}/{node['output_tokens']} tokens")
        if "cost" in node:
            words.append(f"${node['cost']:.5f}")
        if "error" in node:
            words.append(f"{node['error']['code']}: {node['error']['message']}")
        yield "  ".join(words)
        for kind in ("inputs", "outputs"):
            for name, document in node[kind].items():
                shown = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
                yield f"    {'←' if kind == 'inputs' else '→'} {name}: {shown}"
