"""Bedrock Runtime through the SDK: real boto3 clients against the handler on a local port."""

import asyncio
import base64
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from local.bedrock.images import MOST_BYTES
from local.bedrock.runtime import BedrockRuntime
from local.faults import Faults

CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
QUESTION = (
    'Answer only from the context, otherwise say "I don\'t know."\n'
    '<context><passage id="1">The warranty period is 24 months. It begins with the delivery.</passage>'
    '<passage id="2">The pump weighs 12 kg.</passage></context><question>{}</question>'
)


@dataclass
class Guardrail:
    """Masks the word secret, blocks the word forbidden, and records what it checked."""

    seen: list[tuple[str, str]] = field(default_factory=list)

    async def apply(self, identifier: str, version: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if identifier != "gr1":
            return 404, {"__type": "ResourceNotFoundException", "message": "There is no such guardrail."}
        text = "".join(part["text"]["text"] for part in request["content"])
        self.seen.append((request["source"], text))
        if "forbidden" in text:
            policy = {"wordPolicy": {"customWords": [{"match": "forbidden", "action": "BLOCKED"}]}}
            return 200, _found("Sorry, no.", [policy])
        if "secret" in text:
            entity = {"type": "NAME", "match": "secret", "action": "ANONYMIZED"}
            policy = {"sensitiveInformationPolicy": {"piiEntities": [entity], "regexes": []}}
            return 200, _found(text.replace("secret", "{NAME}"), [policy])
        return 200, {"action": "NONE", "outputs": [], "assessments": []}


def _found(text: str, assessments: list[Any]) -> dict[str, Any]:
    return {"action": "GUARDRAIL_INTERVENED", "outputs": [{"text": text}], "assessments": assessments}


@dataclass
class Stand:
    """A running Bedrock Runtime and its surroundings."""

    client: Any
    runtime: BedrockRuntime
    faults: Faults
    guardrail: Guardrail
    loop: asyncio.AbstractEventLoop

    def ask(self, text: str, **more: Any) -> dict[str, Any]:
        content = [{"text": text}]
        return self.client.converse(modelId=CLAUDE, messages=[{"role": "user", "content": content}], **more)

    def show(self, *images: dict[str, Any], text: str = "What does it say?") -> dict[str, Any]:
        content = [*({"image": image} for image in images), {"text": text}]
        return self.client.converse(modelId=CLAUDE, messages=[{"role": "user", "content": content}])


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    loop = asyncio.new_event_loop()
    running = threading.Thread(target=loop.run_forever, daemon=True)
    running.start()
    faults, guardrail = Faults(""), Guardrail()

    async def fallback(method: str, path: str, *_: Any) -> tuple[int, dict[str, str], bytes]:
        return (
            200,
            {"Content-Type": "application/json"},
            json.dumps({"fallback": f"{method} {path}"}).encode(),
        )

    runtime = BedrockRuntime(guardrail.apply, fallback, faults)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            path, _, _ = self.path.partition("?")
            asked = runtime.handle_request(self.command, path, headers, body, {})
            status, reply_headers, reply = asyncio.run_coroutine_threadsafe(asked, loop).result()
            self.send_response(status)
            for name, value in {**reply_headers, "content-length": str(len(reply))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield Stand(client, runtime, faults, guardrail, loop)
    client.close()
    server.shutdown()
    server.server_close()
    runtime.close()
    loop.call_soon_threadsafe(loop.stop)
    running.join()
    loop.close()


@pytest.fixture(autouse=True)
def without_faults(stand: Stand) -> Iterator[None]:
    yield
    stand.faults.set("")


def png(width: int = 400, height: int = 80, text: str = "") -> bytes:
    image = Image.new("RGB", (width, height), "white")
    if text:
        ImageDraw.Draw(image).text((20, 20), text, fill="black", font=ImageFont.load_default(28))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def image_of(data: bytes, format: str = "png") -> dict[str, Any]:
    return {"format": format, "source": {"bytes": data}}


def refusal(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, int, str]:
    response = caught.value.response
    return (
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Message"],
    )


def test_a_question_is_answered_in_converse_shape(stand: Stand) -> None:
    reply = stand.ask(QUESTION.format("How long is the warranty?"), system=[{"text": "You answer questions."}])

    assert reply["output"]["message"] == {
        "role": "assistant",
        "content": [{"text": "The warranty period is 24 months. [1]"}],
    }
    assert reply["stopReason"] == "end_turn"
    assert reply["metrics"]["latencyMs"] > 0
    usage = reply["usage"]
    assert usage["outputTokens"] == 10
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]


def test_a_last_message_may_be_about_an_earlier_one(stand: Stand) -> None:
    said = [QUESTION.format("How long is the warranty?"), "It is 24.", "Write it once more, as a sentence."]
    roles = ("user", "assistant", "user")
    messages = [{"role": role, "content": [{"text": text}]} for role, text in zip(roles, said, strict=True)]
    reply = stand.client.converse(modelId=CLAUDE, messages=messages)
    assert reply["output"]["message"]["content"] == [{"text": "The warranty period is 24 months. [1]"}]


def test_the_same_question_through_the_stream_says_the_same(stand: Stand) -> None:
    content = [{"text": QUESTION.format("How long is the warranty?")}]
    reply = stand.client.converse_stream(modelId=CLAUDE, messages=[{"role": "user", "content": content}])

    events = list(reply["stream"])

    assert [next(iter(event)) for event in events][0 :: len(events) - 1] == ["messageStart", "metadata"]
    said = "".join(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)
    assert said == "The warranty period is 24 months. [1]"
    assert {"messageStop": {"stopReason": "end_turn"}} in events


def test_invoke_model_speaks_anthropics_messages(stand: Stand) -> None:
    image = {
        "type": "base64",
        "media_type": "image/png",
        "data": base64.b64encode(png(text="HELLO 42")).decode(),
    }
    content = [{"type": "image", "source": image}, {"type": "text", "text": "Read it."}]
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": content}],
    }

    reply = json.loads(stand.client.invoke_model(modelId=CLAUDE, body=json.dumps(body))["body"].read())

    assert reply["content"] == [{"type": "text", "text": "HELLO 42"}]
    assert reply["stop_reason"] == "end_turn"
    assert reply["usage"] == {"input_tokens": round(400 * 80 / 750) + 2, "output_tokens": 2}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"max_tokens": None}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"anthropic_version": "2023-06-01"}, "anthropic_version"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": ""}]}, "empty"),
        ({"temperature": 0.5, "top_p": 0.5}, "temperature"),
        ({"temperature": 0.5, "top_k": 5}, "temperature"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url"}}]}]},
            "image",
        ),
    ],
)
def test_an_unusable_invoke_model_body_is_refused(stand: Stand, change: dict[str, Any], said: str) -> None:
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    body = {name: value for name, value in (body | change).items() if value is not None}

    with pytest.raises(ClientError) as caught:
        stand.client.invoke_model(modelId=CLAUDE, body=json.dumps(body))

    code, status, message = refusal(caught)
    assert (code, status) == ("ValidationException", 400)
    assert said in message


@pytest.mark.parametrize(
    "model",
    [
        "anthropic.claude-3-haiku-20240307-v1:0",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0",
        "arn:aws:bedrock:eu-central-1:000000000000:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "arn:aws:bedrock:eu-central-1:000000000000:application-inference-profile/abc123def456",
    ],
)
def test_claude_is_known_by_id_profile_and_arn(stand: Stand, model: str) -> None:
    reply = stand.client.converse(modelId=model, messages=[{"role": "user", "content": [{"text": "Write a poem."}]}])

    assert "not a language model" in reply["output"]["message"]["content"][0]["text"]


def test_an_unknown_model_is_not_found(stand: Stand) -> None:
    with pytest.raises(ClientError) as caught:
        stand.client.converse(modelId="amazon.nova-pro-v1:0", messages=[{"role": "user", "content": [{"text": "Hi"}]}])

    assert refusal(caught)[:2] == ("ResourceNotFoundException", 404)


def oversized_png() -> bytes:
    return png(8001, 1)


def heavy_png() -> bytes:
    return png() + bytes(MOST_BYTES)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ([image_of(oversized_png())], "8000 pixels"),
        ([image_of(heavy_png())], "3.75 MB"),
        ([image_of(png(), "jpeg")], "appears to be a image/png image"),
        ([image_of(b"not an image at all")], "Could not process image"),
        ([image_of(png()[:60])], "Could not process image"),
        ([image_of(png(2001, 1))] * 21, "many-image requests: 2000 pixels"),
    ],
)
def test_an_image_beyond_the_limits_is_refused(stand: Stand, images: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ClientError) as caught:
        stand.show(*images)

    code, status, message = refusal(caught)
    assert (code, status) == ("ValidationException", 400)
    assert said in message


def test_twenty_large_images_are_within_the_limits(stand: Stand) -> None:
    stand.faults.set("bedrock-runtime.Converse=reply:seen*1")

    reply = stand.show(*[image_of(png(2001, 1))] * 20)

    assert reply["output"]["message"]["content"] == [{"text": "seen"}]


def test_an_image_that_breaks_off_is_refused(stand: Stand) -> None:
    noise = Image.effect_noise((300, 300), 60)
    out = io.BytesIO()
    noise.save(out, "PNG")

    with pytest.raises(ClientError) as caught:
        stand.show(image_of(out.getvalue()[:20_000]))

    assert refusal(caught) == ("ValidationException", 400, "Could not process image")


def test_an_empty_image_gives_an_empty_reply(stand: Stand) -> None:
    assert stand.show(image_of(png()))["output"]["message"]["content"] == []


@pytest.mark.parametrize(
    "request_",
    [
        {"messages": [{"role": "user", "content": []}]},
        {"messages": [{"role": "user", "content": [{"text": "  "}]}]},
        {"messages": [{"role": "assistant", "content": [{"text": "Hi"}]}]},
        {
            "messages": [
                {"role": "user", "content": [{"text": "Hi"}]},
                {"role": "assistant", "content": [{"text": "{"}]},
            ]
        },
        {
            "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
            "inferenceConfig": {"temperature": 0.1, "topP": 0.9},
        },
    ],
)
def test_an_unusable_converse_request_is_refused(stand: Stand, request_: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        stand.client.converse(modelId=CLAUDE, **request_)

    assert refusal(caught)[:2] == ("ValidationException", 400)


def test_a_caption_holds_the_text_and_a_description(stand: Stand) -> None:
    prompt = "Write the words in <text></text> and what is shown in <description></description>."

    reply = stand.show(image_of(png(text="Der Grenzwert ist 42")), text=prompt)

    said = reply["output"]["message"]["content"][0]["text"]
    assert "<text>Der Grenzwert ist 42</text>" in said
    assert "<description>Maschinelle Beschreibung ohne Sprachmodell:" in said


def test_max_tokens_cut_the_reply(stand: Stand) -> None:
    reply = stand.ask(QUESTION.format("How long is the warranty?"), inferenceConfig={"maxTokens": 2})

    assert reply["stopReason"] == "max_tokens"
    assert reply["output"]["message"]["content"] == [{"text": "The warr"}]


def test_a_stop_sequence_ends_the_reply(stand: Stand) -> None:
    question = QUESTION.format("How long is the warranty?")
    reply = stand.ask(question, inferenceConfig={"stopSequences": [" 24"]})

    assert reply["stopReason"] == "stop_sequence"
    assert reply["output"]["message"]["content"] == [{"text": "The warranty period is"}]


def test_a_throttled_call_is_throttled_as_often_as_asked_and_counted(stand: Stand) -> None:
    stand.faults.calls.clear()
    stand.faults.set("bedrock-runtime.Converse=ThrottlingException*2")

    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            stand.ask("Write a poem.")
        assert refusal(caught)[:2] == ("ThrottlingException", 429)
    stand.ask("Write a poem.")

    assert stand.faults.calls == {"bedrock-runtime.Converse": 3}


def test_a_malformed_reply_holds_no_output(stand: Stand) -> None:
    stand.faults.set("bedrock-runtime.Converse=malformed*1")

    assert "output" not in stand.ask("Write a poem.")


def test_the_model_can_be_made_to_say_anything(stand: Stand) -> None:
    stand.faults.set("bedrock-runtime.*=reply:no tags here*1")

    assert stand.ask("Hi")["output"]["message"]["content"] == [{"text": "no tags here"}]


GUARDED = {"guardrailConfig": {"guardrailIdentifier": "gr1", "guardrailVersion": "1", "trace": "enabled"}}


def test_a_guardrail_keeps_a_question_from_the_model(stand: Stand) -> None:
    reply = stand.ask("Tell me something forbidden.", **GUARDED)

    assert reply["stopReason"] == "guardrail_intervened"
    assert reply["output"]["message"]["content"] == [{"text": "Sorry, no."}]
    assert reply["trace"]["guardrail"]["inputAssessment"]["gr1"]["wordPolicy"]


def test_a_guardrail_masks_what_goes_in_and_what_comes_out(stand: Stand) -> None:
    stand.guardrail.seen.clear()
    stand.faults.set("bedrock-runtime.Converse=reply:It is secret.")

    reply = stand.ask("Who is secret?", **GUARDED)

    assert reply["output"]["message"]["content"] == [{"text": "It is {NAME}."}]
    assert stand.guardrail.seen == [("INPUT", "Who is secret?"), ("OUTPUT", "It is secret.")]


def test_a_guardrail_that_does_not_exist_fails_the_call(stand: Stand) -> None:
    config = {"guardrailIdentifier": "other", "guardrailVersion": "1"}

    with pytest.raises(ClientError) as caught:
        stand.ask("Hi", guardrailConfig=config)

    assert refusal(caught)[:2] == ("ResourceNotFoundException", 404)


def test_apply_guardrail_is_handed_on(stand: Stand) -> None:
    content = [{"text": {"text": "my secret"}}]
    reply = stand.client.apply_guardrail(
        guardrailIdentifier="gr1", guardrailVersion="DRAFT", source="OUTPUT", content=content
    )

    assert reply["action"] == "GUARDRAIL_INTERVENED"
    assert reply["outputs"] == [{"text": "my {NAME}"}]


def test_every_other_operation_goes_to_the_fallback(stand: Stand) -> None:
    asked = stand.runtime.handle_request("GET", "/async-invoke", {}, b"", {})
    _, _, reply = asyncio.run_coroutine_threadsafe(asked, stand.loop).result()

    assert json.loads(reply) == {"fallback": "GET /async-invoke"}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
MESSAGES = st.fixed_dictionaries({"messages": JSON | st.lists(st.fixed_dictionaries({"role": JSON, "content": JSON}))})


@settings(max_examples=60)
@given(operation=st.sampled_from(["converse", "invoke"]), body=JSON | MESSAGES | st.binary(max_size=40))
def test_a_hostile_body_is_refused_and_never_an_accident(stand: Stand, operation: str, body: Any) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    asked = stand.runtime.handle_request("POST", f"/model/{CLAUDE}/{operation}", {}, data, {})

    status, headers, _ = asyncio.run_coroutine_threadsafe(asked, stand.loop).result()

    assert (status, headers["x-amzn-errortype"]) == (400, "ValidationException")
