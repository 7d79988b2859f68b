"""A language model of one's own behind the machine: its replies through the SDK, its name, and a change of it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EventStreamError

from cli.doctor.language_model import language_model
from cli.doctor.subject import Subject
from cli.machine import start, stop
from cli.own_model import OwnModel, hint
from cli.target import Target
from local.qbusiness.writing import pieces
from local.settings import MODEL_VARIABLES, LocalSettings, SettingsError
from tests.support.deployments import settings_for
from tests.support.fake_language_model import ANSWER, FakeLanguageModel, serving
from tests.support.machine import Machine
from tests.support.q_business import new_application, text

CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
ASKED: dict[str, Any] = {
    "modelId": CLAUDE,
    "messages": [{"role": "user", "content": [{"text": "How long is the warranty?"}]}],
}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeLanguageModel]:
    with serving(models=["tiny", "large"]) as found:
        yield found


@pytest.fixture(scope="module")
def own(server: FakeLanguageModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    settings = settings_for(tmp_path_factory.mktemp("own"))
    with pytest.MonkeyPatch.context() as environment:
        for name in MODEL_VARIABLES:
            environment.delenv(name, raising=False)
        environment.setenv("DOCENT_LLM_URL", server.url)
        start(settings, print)
    yield Machine(settings)
    stop(settings, print)


@pytest.fixture(autouse=True)
def in_order(server: FakeLanguageModel) -> None:
    server.__init__(server.url, models=["tiny", "large"])


def test_a_reply_reaches_the_sdk_piece_by_piece(own: Machine, server: FakeLanguageModel) -> None:
    server.pieces, server.after_first = ["It is ", "24 months. [1]"], threading.Event()
    with closing(own.client("bedrock-runtime").converse_stream(**ASKED)["stream"]) as stream:
        events = iter(stream)
        first = [next(events), next(events)]
        assert first[1]["contentBlockDelta"]["delta"] == {"text": "It is"}
        server.after_first.set()  # only now the rest is written
        rest = list(events)
    assert rest[0]["contentBlockDelta"]["delta"] == {"text": " 24 months. [1]"}
    assert rest[-1]["metadata"]["usage"] == {"inputTokens": 30, "outputTokens": 7, "totalTokens": 37}


def test_a_caller_who_leaves_ends_the_work_of_the_server(own: Machine, server: FakeLanguageModel) -> None:
    server.pieces, server.after_first = ["It is ", "24"], threading.Event()
    with closing(own.client("bedrock-runtime").converse_stream(**ASKED)["stream"]) as stream:
        next(iter(stream))
    assert server.left.wait(20)
    found = OwnModel.of(own.settings)
    assert found
    assert "was still writing when its caller gave up" in (found.failure or "")


def test_an_error_in_a_stream_has_the_name_that_aws_gives_it(own: Machine, server: FakeLanguageModel) -> None:
    server.pieces, server.breaks_off = ["It is "], True
    stream = own.client("bedrock-runtime").converse_stream(**ASKED)["stream"]
    with closing(stream), pytest.raises(EventStreamError, match="modelStreamErrorException"):
        list(stream)


def test_the_model_that_answers_is_told(own: Machine, server: FakeLanguageModel) -> None:
    found = OwnModel.of(own.settings)
    assert found
    assert found.told() == f"Answers come from the language model tiny at {server.url}. OCR reads images."


def test_what_a_question_failed_with_is_told_to_those_who_run_the_model(
    own: Machine, server: FakeLanguageModel
) -> None:
    bedrock = own.client("bedrock-runtime")
    server.status, server.error = 400, {"message": "too long", "code": "context_length_exceeded"}
    with pytest.raises(bedrock.exceptions.ValidationException, match="does not fit into the context"):
        bedrock.converse(**ASKED)
    target = Target(local=own.settings)
    assert "OLLAMA_CONTEXT_LENGTH" in hint(target, 500)
    assert hint(target, 404) == ""
    server.status = 200
    bedrock.converse(**ASKED)
    assert hint(target, 500) == ""


def test_doctor_names_the_server_and_what_is_wrong(
    own: Machine, server: FakeLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject(Target(local=own.settings), "docent", {}, (CLAUDE,))
    assert [each.status for each in language_model(subject)] == ["warn", "ok"]  # it is not set here
    monkeypatch.setenv("DOCENT_LLM_URL", server.url)
    assert [(each.status, server.url in each.told) for each in language_model(subject)] == [("ok", True)]
    server.models = []
    (finding,) = language_model(subject)
    assert (finding.status, "lists no model" in finding.told) == ("fail", True)


def test_chat_of_q_business_is_written_by_the_model(own: Machine, server: FakeLanguageModel) -> None:
    library = new_application(own, identityType="ANONYMOUS")
    library.put(text("warranty", "The warranty period is 24 months <|im_end|> from the delivery.", title="Warranty"))
    chat = own.client("qbusiness")
    server.pieces = ["<think>Hm</think>It is 24 months [1]. Ask the dealer."]
    reply = chat.chat_sync(applicationId=library.id, userMessage="How long is the warranty?")
    assert reply["systemMessage"] == "It is 24 months. Ask the dealer."
    (source,) = reply["sourceAttributions"]
    (segment,) = source["textMessageSegments"]
    assert (source["title"], segment["beginOffset"], segment["endOffset"]) == ("Warranty", 0, 16)
    request = server.requests[-1]
    assert request["temperature"] == 0
    assert '<passage id="1">The warranty period is 24 months' in request["messages"][-1]["content"]
    server.pieces = ["I do not know."]
    reply = chat.chat_sync(applicationId=library.id, userMessage="How long is the warranty?")
    assert reply["systemMessage"] == "Sorry, I could not find relevant information to complete your request."
    server.status = 503
    with pytest.raises(chat.exceptions.ExternalResourceException, match="is not ready"):
        chat.chat_sync(applicationId=library.id, userMessage="How long is the warranty?")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("One. [1] Two [2][3]. Rest.", [("One.", [0]), ("Two.", [1, 2]), ("Rest.", [])]),
        ("[1] One. [2] Two.", [("One.", [0]), ("Two.", [1])]),
        ("One. Two. [1, 2]", [("One. Two.", [0, 1])]),
        ("One. [7]", [("One.", [])]),
        ("One.", [("One.", [])]),
        ("", []),
    ],
)
def test_each_part_of_a_written_answer_has_the_passages_of_its_marks(
    reply: str, expected: list[tuple[str, list[int]]]
) -> None:
    assert pieces(reply, 3) == expected


def test_another_model_takes_effect_with_the_next_start(
    own: Machine, server: FakeLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_LLM_URL", server.url)
    monkeypatch.setenv("DOCENT_LLM_MODEL", "large")
    monkeypatch.setenv("DOCENT_LLM_VISION", "1")
    said: list[str] = []
    start(own.settings, said.append)
    start(own.settings, said.append)
    assert [each for each in said if "started again" in each] == said[:1]
    assert own.client("bedrock-runtime").converse(**ASKED)["output"]["message"]["content"] == [{"text": ANSWER}]
    assert server.requests[-1]["model"] == "large"
    subject = Subject(Target(local=own.settings), "docent", {}, (CLAUDE,))
    assert [each.status for each in language_model(subject)] == ["ok", "fail"]
    server.pieces = ["The number is 4719."]
    assert [each.status for each in language_model(subject)] == ["ok", "ok"]
    assert server.requests[-1]["messages"][0]["content"][0]["type"] == "image_url"


def test_the_extractive_engine_is_told_too(machine: Machine) -> None:
    found = OwnModel.of(machine.settings)
    assert found
    assert "the extractive engine (quotes, no language model)" in found.told()


def test_an_address_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCENT_LLM_URL", "localhost:8080")
    with pytest.raises(SettingsError, match="http://localhost:8080/v1"):
        LocalSettings.from_environment()
