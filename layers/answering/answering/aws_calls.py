"""The calls to AWS that an answer needs besides the search: the model, the guardrail, the glossary.

The SDK retries where a person waits, and not where a state machine does (`service_attempts`). Errors contain nothing of
what was asked, found or answered.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from threading import Event
from typing import TYPE_CHECKING, Any

from botocore.eventstream import ParserError
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError
from urllib3.exceptions import HTTPError

from docent.clients import bedrock_runtime, dynamodb, s3
from docent.derived_keys import GLOSSARY
from docent.documents import ObjectPointer
from docent.errors import MALFORMED, MisconfiguredError, TransientError, from_aws
from docent.errors.ingest import MaskingRefusedError, MissingDocumentError
from docent.guardrails import read_reply
from docent.objects import read_bytes
from docent.usage import check_budget

from .answering_settings import answering_settings as settings
from .glossary_terms import Glossary
from .retrieval import retriever
from .service_waits import WAITS

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

# Three attempts at one call together take less than the function may: 3 × (5 + 30) seconds, and some pauses.
READ_TIMEOUT = 30
# Why a reply can end with its last sentence complete.
WHOLE = frozenset({"end_turn", "stop_sequence"})
GLOSSARY_SECONDS = 300


def bedrock() -> "BedrockRuntimeClient":
    return bedrock_runtime(settings().service_attempts, READ_TIMEOUT)


def make_clients() -> None:
    """Before threads ask for them: the SDK's default session must not make two at once."""
    bedrock()
    retriever().make_clients()
    dynamodb()
    s3()


def converse(request: Mapping[str, Any]) -> tuple[list[Any], int, int]:
    """A whole reply: its content, and the tokens in and out."""
    check_budget()
    try:
        with WAITS.call():
            reply: Any = bedrock().converse(**request)
        return (
            list(reply["output"]["message"]["content"]),
            reply["usage"]["inputTokens"],
            reply["usage"]["outputTokens"],
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the model was asked", MisconfiguredError) from error
    except MALFORMED as error:
        raise TransientError("The model's reply cannot be understood.") from error


class Writing:
    """A reply while it is written: `pieces` gives its text, and once it has ended there are the tokens it took.

    `stop_reason` is Converse's: `end_turn`, `max_tokens`, `content_filtered` …; empty while it is written and when it
    was stopped. Nobody tells the tokens of one that was stopped.
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self.input_tokens = self.output_tokens = 0
        self.stop_reason = ""
        self._stopped = Event()

    def stop(self) -> None:
        """From another thread: the stream is closed once its next piece is there."""
        self._stopped.set()

    @property
    def is_whole(self) -> bool:
        return self.stop_reason in WHOLE and not self.is_stopped

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def _events(self) -> Iterator[Any]:
        check_budget()
        with WAITS.call():
            stream = bedrock().converse_stream(**self._request)["stream"]
        with closing(stream):  # a model whose reply is not read to its end is to write no more of it
            events = iter(stream)
            while not self._stopped.is_set():
                with WAITS.call():
                    event = next(events, None)
                if event is None:
                    return
                yield event

    def pieces(self) -> Generator[str]:
        try:
            for event in self._events():
                if "contentBlockDelta" in event:
                    yield event["contentBlockDelta"]["delta"].get("text", "")  # thinking is no part of the answer
                elif "messageStop" in event:
                    self.stop_reason = event["messageStop"]["stopReason"]
                elif "metadata" in event:
                    usage = event["metadata"]["usage"]
                    self.input_tokens, self.output_tokens = usage["inputTokens"], usage["outputTokens"]
        except EventStreamError as error:
            raise from_aws(_named(error), "the model answered", MisconfiguredError) from error
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the model answered", MisconfiguredError) from error
        except HTTPError as error:  # a stream is read past the SDK, which would name this
            raise TransientError(f"The connection failed while the model answered ({type(error).__name__}).") from error
        except (*MALFORMED, ParserError) as error:
            raise TransientError("The model's reply cannot be understood.") from error
        if not self.stop_reason and not self.is_stopped:
            raise TransientError("The model's reply broke off.")


def _named(error: EventStreamError) -> ClientError:
    """Within a stream AWS spells the same errors with a small letter first."""
    code = error.response.get("Error", {}).get("Code", "Unknown")
    return ClientError({"Error": {"Code": code[:1].upper() + code[1:]}}, error.operation_name)


def check(content: list[Any], text: str, source: Any) -> str | None:
    """`text` as the guardrail returns it; None when it withholds the text. `source` is INPUT or OUTPUT."""
    try:
        with WAITS.call():
            reply = bedrock().apply_guardrail(
                guardrailIdentifier=settings().guardrail_id,
                guardrailVersion=settings().guardrail_version,
                source=source,
                content=content,
            )
        return read_reply(text, reply).text or None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the guardrail checked a text", MisconfiguredError) from error
    except (*MALFORMED, MaskingRefusedError) as error:
        raise TransientError("The guardrail's reply cannot be understood.") from error


def glossary(now: float) -> Glossary:
    """The glossary in the derived bucket, read again every few minutes; an empty one where there is none."""
    return _glossary(settings().derived_bucket, int(now // GLOSSARY_SECONDS))


@lru_cache(maxsize=1)
def _glossary(bucket: str, _period: int) -> Glossary:
    try:
        return Glossary.read(read_bytes(ObjectPointer(bucket, GLOSSARY)))
    except MissingDocumentError:
        return Glossary({})
