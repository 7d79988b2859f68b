"""The portal in which workers of Ground Truth answer: it shows the page of a job, in Liquid, and takes the answers.

`python -m tests.support.worker_portal JOB` serves a job of this machine's SageMaker, for trying the page by hand.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import liquid

from local.settings import LocalSettings
from tests.support.http import http
from tests.support.ports import free_ports

AMAZONS_ELEMENTS = "https://assets.crowd.aws/crowd-html-elements.js"
OUR_ELEMENTS = "/crowd_form.js"

type Task = dict[str, Any]


def rendered(template: str, task_input: Mapping[str, Any], link: Callable[[str], str]) -> str:
    """The page of one task. Values are escaped, as Ground Truth escapes them."""
    environment = liquid.Environment(autoescape=True)
    environment.add_filter("to_json", json.dumps)
    environment.add_filter("grant_read_access", link)
    page = environment.from_string(template).render(task={"input": task_input})
    return page.replace(AMAZONS_ELEMENTS, OUR_ELEMENTS)


@dataclass
class WorkerPortal:
    """`give` gives a task, `{"object", "input", "template", "links"}` as the local SageMaker has it, or `{}`; `take`
    takes an answer, and tells whether it did."""

    address: str
    give: Callable[[], Task]
    take: Callable[[Task, Any], bool]
    answers: list[Any] = field(default_factory=list)
    shown: Task = field(default_factory=dict)


@contextmanager
def worker_portal(give: Callable[[], Task], take: Callable[[Task, Any], bool]) -> Iterator[WorkerPortal]:
    port = free_ports()
    portal = WorkerPortal(f"http://localhost:{port}", give, take)
    with ThreadingHTTPServer(("localhost", port), partial(_Handler, portal)) as server:
        server.daemon_threads = True
        thread = Thread(target=partial(server.serve_forever, 0.05))
        thread.start()
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def portal_of(job: str, worker: str, settings: LocalSettings) -> Iterator[WorkerPortal]:
    """For a job of this machine's SageMaker."""
    address = f"{settings.url}/_docent/labeling-jobs/{job}?worker={worker}"

    def take(task: Task, answer: Any) -> bool:
        return http.put(address, json={"object": task["object"], "answerContent": answer}).status_code == 200

    with worker_portal(lambda: http.get(address).json(), take) as portal:
        yield portal


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, portal: WorkerPortal, *args: Any) -> None:
        self.portal = portal
        super().__init__(*args)

    def do_GET(self) -> None:
        if self.path == OUR_ELEMENTS:
            return self._send(200, Path(__file__).with_name("crowd_form.js").read_text(), "text/javascript")
        if self.path != "/":
            return self._send(404, "", "text/plain")
        self.portal.shown = task = self.portal.give()
        if not task:
            return self._send(200, "Nothing is left to do.", "text/html")
        page = rendered(task["template"], task["input"], task["links"].__getitem__)
        return self._send(200, page, "text/html")

    def do_POST(self) -> None:
        answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.portal.answers.append(answer)
        self._send(200 if self.portal.take(self.portal.shown, answer) else 409, "", "text/plain")

    def _send(self, status: int, body: str, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    with portal_of(sys.argv[1], "somebody", LocalSettings.from_environment()) as portal:
        print(f"Answer at {portal.address}, and press Enter here to end.")
        input()
