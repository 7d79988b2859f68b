"""Each timeout around a question or an image is shorter than the one around it, as docs/local.md has them."""

import inspect
import re
from pathlib import Path

from answering.aws_calls import READ_TIMEOUT
from cli import chatting, session
from docent.clients import bedrock_runtime
from local.bedrock.time_limits import (
    ANSWER_PATIENCE,
    ANSWER_SECONDS,
    CHAT_SECONDS,
    LOOK_SECONDS,
    PING_SECONDS,
    REPLY_SECONDS,
    SIGHT_PATIENCE,
    SIGHT_SECONDS,
    STREAM_SECONDS,
)
from tests.support.project import ROOT, folder_of, functions

API_GATEWAY = 29  # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
ROW = re.compile(r"^\| ([^|]+) \| (engine|empty piece)([^|]+) \|$", re.MULTILINE)


def test_the_documentation_has_the_timeouts_and_each_is_shorter_than_the_next() -> None:
    answering = functions()["AnswerQuestionFunction"]["Timeout"]
    over_http, kept = (written(folder_of("answer_question") / "app.py", f"{name}_SECONDS") for name in ("REST", "KEPT"))
    to_q_business = written(folder_of("chat_sync") / "chat_sync" / "federated_credentials.py", "read_timeout")
    captioning = functions()["CaptionImageFunction"]["Timeout"]
    state = re.search(
        r"Resource: \"\$\{CaptionImageFunctionArn\}\".*?TimeoutSeconds: (\d+)",
        (ROOT / "statemachines/ingest/ingest_document.asl.yaml").read_text(),
        re.DOTALL,
    )
    assert state
    chains = {
        "a whole reply, for a question over HTTP": [REPLY_SECONDS, over_http, API_GATEWAY, session.REQUEST_SECONDS],
        "a whole reply, one attempt": [REPLY_SECONDS, READ_TIMEOUT],
        "a streamed reply": [STREAM_SECONDS, answering - kept, answering],
        "the next piece of a stream": [PING_SECONDS, READ_TIMEOUT],
        "what an image shows": [SIGHT_SECONDS, default_read_timeout(), captioning, int(state[1])],
        "chat through Q Business": [
            CHAT_SECONDS,
            to_q_business,
            functions()["ChatSyncFunction"]["Timeout"],
            API_GATEWAY,
            chatting.SECONDS,
        ],
    }
    told = {
        name: [int(number) for number in re.findall(r" (\d+)(?=,|$)", seconds)]
        for name, _, seconds in ROW.findall((ROOT / "docs/local.md").read_text())
    }
    assert told == chains
    for name, chain in chains.items():
        assert chain == sorted(set(chain)), name


def test_an_engine_of_our_own_takes_no_longer_than_a_language_model_may() -> None:
    assert ANSWER_PATIENCE + ANSWER_SECONDS <= REPLY_SECONDS
    assert SIGHT_PATIENCE + LOOK_SECONDS <= SIGHT_SECONDS


def default_read_timeout() -> int:
    return inspect.signature(bedrock_runtime).parameters["read_timeout"].default


def written(path: Path, name: str) -> int:
    """A number in a function's source, which tests cannot import without its folder."""
    found = re.search(rf"\b{name} ?= ?(\d+)", path.read_text())
    assert found, name
    return int(found[1])
