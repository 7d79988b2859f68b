"""A question on its way to its answer: searched with the caller's eyes, written by the model, checked, kept."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from docent.callers import Caller
from docent.conversations import Turn, add_turn, id_of, read_conversation, read_turns
from docent.deadlines import Calls, Deadline
from docent.document_rows import read_rows
from docent.errors import DocentError, TooManyRequestsError
from docent.throttling import count_request

from .answer_course import Course
from .answer_prompts import QuestionInContext
from .answer_writing import AnswerWriting, Deliver
from .answering_settings import answering_settings as settings
from .aws_calls import check, converse, glossary, make_clients, retrieve
from .greetings import without_greeting
from .instructing_passages import without_instructions
from .retrieved_passages import Passage, merged, readable
from .search_queries import queries_of
from .sentence_checks import plain_content
from .standalone_questions import languages_of, read_standalone, remembered, standalone_request
from .text_languages import REFUSED, UNKNOWN, WITHHELD, Language, language_of

AT_ONCE = 16  # a question has about ten calls under way at once, at most
# Turns that are looked at to understand a follow-up.
LATEST_TURNS = 20


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """`asked_at` is in seconds since 1970; `request_id` is the same when the same request comes again.

    At the `deadline` the answer is what has passed its checks, and a TransientError if that is nothing.
    """

    caller: Caller
    question: str
    conversation_id: str | None
    request_id: str
    asked_at: float
    deadline: Deadline

    @property
    def own_id(self) -> str:
        """Of its turn, and of a conversation that begins with it: the same for the same request."""
        entropy = hashlib.sha256(f"{self.caller.subject}\n{self.request_id}".encode()).digest()
        return id_of(self.asked_at, entropy)


def answer_question(asked: AskedQuestion, deliver: Deliver | None) -> tuple[dict[str, Any], Course]:
    """The body of an answer, and how it came about. `deliver` gets each sentence as soon as it passed its checks."""
    make_clients()
    with Calls(asked.deadline, AT_ONCE) as calls:
        course = Answering(asked, deliver, calls).run()
        return calls.last(keep, asked, course), course


def keep(asked: AskedQuestion, course: Course) -> dict[str, Any]:
    """Keep the turn; returns the body of the answer."""
    conversation_id = asked.conversation_id or asked.own_id
    tokens = course.input_tokens, course.output_tokens
    turn = Turn(course.question, asked.asked_at, course.answer, tuple(course.citations), *tokens)
    table, days, begins = settings().callers_table, settings().conversation_days, asked.conversation_id is None
    add_turn(table, asked.caller, conversation_id, asked.own_id, turn, days, begins=begins)
    body = {
        "answer": course.answer,
        "citations": [citation.to_shown(settings().derived_bucket) for citation in course.citations],
        "confidence": course.confidence,
        "conversation_id": conversation_id,
        "turn_id": asked.own_id,
        "sentences": {"shown": course.sentences, "withheld": course.withheld},
        "usage": {"input_tokens": course.input_tokens, "output_tokens": course.output_tokens},
    }
    return body | ({"note": " ".join(course.notes)} if course.notes else {})


class Answering:
    """One question's course. What does not depend on each other is done at the same time."""

    def __init__(self, asked: AskedQuestion, deliver: Deliver | None, calls: Calls) -> None:
        self._asked = asked
        self._deliver = deliver
        self._calls = calls
        self._question = without_greeting(asked.question) or asked.question
        self._language: Language = language_of(self._question) or "en"
        self._course = Course(asked.question)

    def run(self) -> Course:
        asked, course, calls, limit = self._asked, self._course, self._calls, settings().requests_per_minute
        # First, as all else may cost money.
        calls.wait_for(count_request, settings().callers_table, asked.caller, "ask", limit, asked.asked_at)
        passed = calls.begin(check, plain_content(asked.question), asked.question, "INPUT")
        history = calls.wait_for(self._remember) if asked.conversation_id else []
        # A question that stands alone is searched while the guardrail still looks at it.
        early = [] if history else self._search([self._question])
        if calls.result(passed) is None:
            course.question, course.answer = WITHHELD[self._language], REFUSED[self._language]
            return course
        alone, translations = self._stand_alone(history)
        # A follow-up is searched as it was put as well: what makes it stand alone can be wrong.
        put = [self._question] if history else []
        queries = queries_of(alone, *put, *translations, *self._terms(alone))[: settings().searches_per_question]
        later = self._search(queries if history else queries[1:])
        found = merged(self._found([*early, *later]))
        passages = calls.wait_for(self._read, found)
        course.passages = len(passages)
        course.answer = UNKNOWN[self._language]
        if passages:
            question = QuestionInContext(self._question, alone, tuple(history), self._language)
            AnswerWriting(question, passages, course, calls, self._deliver).run()
        return course

    def _remember(self) -> list[Turn]:
        """What was said before, as far as the caller may still read what it rests on. Raises NotFoundError."""
        asked, table = self._asked, settings().callers_table
        conversation_id = asked.conversation_id or ""
        read_conversation(table, asked.caller, conversation_id, asked.asked_at)
        if not settings().history_tokens:
            return []
        turns = read_turns(table, asked.caller, conversation_id, LATEST_TURNS)
        rows = read_rows(settings().documents_table, {each for turn in turns for each in turn.document_ids})
        usable = [
            turn
            for turn in turns
            if turn.answer not in REFUSED.values()
            and without_greeting(turn.question)
            and all(
                (row := rows.get(each)) and row.is_answered_from and row.may_be_read_by(asked.caller)
                for each in turn.document_ids
            )
        ]
        return remembered(usable, settings().history_tokens)

    def _stand_alone(self, history: Sequence[Turn]) -> tuple[str, list[str]]:
        """The question as one of its own, and what to search for in further languages."""
        question, languages = self._question, languages_of(settings().search_languages)
        if not history and not languages:
            return question, []
        try:
            request = standalone_request(settings().model_id, question, history, languages)
            content, read, written = self._calls.wait_for(converse, request)
            self._course.input_tokens += read
            self._course.output_tokens += written
            return read_standalone(content, question, history, languages)
        except (DocentError, LookupError, TypeError) as error:
            self._course.warnings.append(f"the question was not made to stand alone ({type(error).__name__})")
            return question, []  # as it was put, it may still find something

    def _terms(self, question: str) -> list[str]:
        try:
            return self._calls.wait_for(glossary, self._asked.asked_at).searches(question)
        except DocentError as error:
            self._course.warnings.append(f"the glossary was not read ({type(error).__name__})")
            return []

    def _search(self, queries: Sequence[str]) -> list[Future[list[Passage]]]:
        return [self._calls.begin(retrieve, query, self._asked.caller) for query in queries_of(*queries)]

    def _found(self, searches: Sequence[Future[list[Passage]]]) -> list[list[Passage]]:
        """What the searches found. The index may have no capacity for some of them, if another one found something."""
        found: list[list[Passage]] = []
        throttled: TooManyRequestsError | None = None
        for search in searches:
            try:
                found.append(self._calls.result(search))
            except TooManyRequestsError as error:
                throttled = error
                self._course.warnings.append("the index had no capacity for a search")
        if throttled and not any(found):
            raise throttled
        return found

    def _read(self, passages: Sequence[Passage]) -> list[Passage]:
        """Only what the documents' own rows let the caller read, whatever the index says."""
        documents = {passage.document_id for passage in passages if passage.document_id}
        rows = read_rows(settings().documents_table, documents)
        found = readable(passages, rows, self._asked.caller)[: settings().max_passages]
        return without_instructions(found)
