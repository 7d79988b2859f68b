"""Answer one question from what the caller may read, with citations. Called by API Gateway, through two doors:

POST /ask    the whole answer, as openapi.yaml has it
POST /chat   the same as an answer of chat, where no Amazon Q Business answers it
WebSocket    the same, sentence by sentence as it is written (stream_messages.py has the messages)
"""

import time
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from answer_question.answer_settings import Settings, settings
from answer_question.chat_shape import RESOURCE, chat_answer_of, question_of
from answer_question.kept_answers import kept_of
from answer_question.stream_messages import Connection, read_message
from answering.answer_course import Course
from answering.answer_writing import Deliver
from answering.asked_questions import AskedQuestion, answer_question
from answering.service_waits import WAITS
from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.deadlines import Deadline
from docent.errors import DocentError, UnauthorizedError, UnexpectedError
from docent.errors.answers import TurnExistsError
from docent.grants import reader_of, with_products
from docent.turn_progress import DONE, FAILED, STOPPED, Listener, Turning
from docent.usage import INTERVENTIONS, Use, count_event, count_tokens
from docent.websocket_messages import message_id, problem_message

__all__ = ["Settings", "handler", "settings"]

logger = Logger()
tracer = Tracer()
metrics = Metrics()

SUBPROTOCOL = "docent"
# API Gateway waits 29 seconds for a reply. A cold start, keeping the turn and the reply itself need some of them.
REST_SECONDS = 26
# Before Lambda ends the function, so that who is connected hears how it ended.
KEPT_SECONDS = 10


def turning_of(asked: AskedQuestion) -> Turning:
    conversation_id = asked.conversation_id or asked.own_id
    return Turning(settings().callers_table, asked.caller, conversation_id, asked.own_id)


def answer(
    asked: AskedQuestion, deliver: Deliver | None = None, listener: Listener | None = None
) -> tuple[dict[str, Any], Listener | None]:
    """The answer, and who is to hear it. Raises TurnExistsError if another request with its turn's id was first."""
    turning, before = turning_of(asked), WAITS.seconds
    if not turning.begin(time.time(), settings().conversation_days, listener, again=asked.turn_id is None):
        raise TurnExistsError("This question was asked before.")
    try:
        reply, course = answer_question(asked, deliver)
    except Exception as error:
        known = error if isinstance(error, DocentError) else UnexpectedError("The question could not be answered.")
        status = STOPPED if asked.is_stopped() else FAILED
        turning.end(status, time.time(), problem=problem_message(known, asked.request_id))
        raise
    record(course, asked.request_id, WAITS.seconds - before)
    count(course, asked.caller)
    ended = turning.end(STOPPED if asked.is_stopped() else DONE, time.time(), kept_of(reply, course))
    return reply, ended.listener if ended else listener


def asked_by(
    caller: Caller,
    body: dict[str, Any],
    request_id: str,
    asked_at: float,
    deadline: Deadline,
    is_stopped: Callable[[], bool] = lambda: False,
) -> AskedQuestion:
    question, conversation_id, turn_id = body["question"].strip(), body.get("conversation_id"), body.get("turn_id")
    return AskedQuestion(caller, question, conversation_id, request_id, asked_at, deadline, turn_id, is_stopped)


def record(course: Course, request_id: str, waited: float) -> None:
    for warning in course.warnings:
        logger.warning(warning, request_id=request_id)
    logger.info(
        "question answered",
        request_id=request_id,
        waited_milliseconds=round(waited * 1000),
        passages=course.passages,
        sentences=course.sentences,
        withheld=course.withheld,
        citations=len(course.citations),
        confidence=course.confidence,
    )
    metrics.add_metric("QuestionsAnswered", MetricUnit.Count, 1)
    metrics.add_metric("SentencesWithheld", MetricUnit.Count, course.withheld)
    metrics.add_metric("InputTokens", MetricUnit.Count, course.input_tokens)
    metrics.add_metric("OutputTokens", MetricUnit.Count, course.output_tokens)


def count(course: Course, caller: Caller) -> None:
    """The answer is there, and is given even if it cannot be counted."""
    now, use = time.time(), Use("answers", caller.subject, caller.user)
    try:
        count_tokens(use, settings().model_id, course.input_tokens, course.output_tokens, now)
        for sentence in course.withheld_sentences:
            count_event(settings().usage_table, INTERVENTIONS, "answers", f"SENTENCE_{sentence.reason.upper()}", now)
    except DocentError as error:
        logger.warning("usage not counted", error=type(error).__name__)


def reply_to(asked_at: float, deadline: Deadline, request: Request[Caller]) -> Reply:
    return Reply(answer(asked_by(request.caller, request.body, request.request_id, asked_at, deadline))[0])


def reply_to_chat(asked_at: float, deadline: Deadline, request: Request[Caller]) -> Reply:
    asked = asked_by(request.caller, question_of(request.body), request.request_id, asked_at, deadline)
    return Reply(chat_answer_of(answer(asked)[0]))


def answer_message(event: dict[str, Any], asked_at: float, remaining: Callable[[], int]) -> None:
    """One message of a client that is connected: whatever happens, it stays so, and hears of it."""
    context, text = event["requestContext"], event.get("body") or ""
    listener = Listener(context["connectionId"], message_id(text))
    connection = Connection(settings().connections_url, listener)
    stopped = Event()
    # An answer that is stopped has no time left: what has passed its checks by then is the answer.
    deadline = Deadline.of(lambda: 0 if stopped.is_set() else remaining(), KEPT_SECONDS)
    try:
        message = read_message(text)
        caller = Caller.from_authorizer(context["authorizer"])
        if caller.expires_at <= asked_at:
            raise UnauthorizedError("The token has expired.")
        caller = with_products(caller, settings().grants_table, time.time())
        asked = asked_by(caller, message, context["requestId"], asked_at, deadline, stopped.is_set)
        turning = turning_of(asked)

        def deliver(sentence: str) -> None:
            progress = turning.add_sentence(sentence, time.time())
            if progress and progress.is_to_stop:
                stopped.set()
            connection.send_sentence(sentence, progress)

        try:
            reply, heard_by = answer(asked, deliver, listener)
        except TurnExistsError:
            if (progress := turning.listen(listener)) is None:
                raise
            # It is being written, and from now on sent here: what was written before comes first.
            connection.send_again(progress)
        else:
            connection.move_to(heard_by)
            connection.send("answer", reply)
    except DocentError as error:
        logger.warning("message refused", request_id=context["requestId"], error=type(error).__name__)
        connection.send("problem", problem_message(error, context["requestId"]))
    except Exception as error:  # as docent.api.serve does it: only the class is told
        logger.error("message failed", request_id=context["requestId"], error=type(error).__name__)
        unexpected = UnexpectedError("The question could not be answered.")
        connection.send("problem", problem_message(unexpected, context["requestId"]))
    if connection.failure:
        logger.info("client not reached", error=connection.failure)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    asked_at = event["requestContext"].get("requestTimeEpoch", 0) / 1000 or time.time()
    match event["requestContext"].get("eventType"):
        case None:
            reply = reply_to_chat if event["resource"] == RESOURCE else reply_to
            deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT_SECONDS, REST_SECONDS)
            reader = reader_of(settings().grants_table)
            return serve(event, partial(reply, asked_at, deadline), settings().allowed_origins, logger, identify=reader)
        case "CONNECT":
            return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": SUBPROTOCOL}}
        case "MESSAGE":
            answer_message(event, asked_at, context.get_remaining_time_in_millis)
    return {"statusCode": 200}
