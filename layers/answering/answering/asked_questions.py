"""A question on its way to its answer: searched with the caller's eyes, written by the model, checked, kept."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

from docent.callers import Caller
from docent.conversations import Turn, add_turn, id_of, read_conversation, read_turns
from docent.deadlines import Calls, Deadline
from docent.document_rows import read_rows
from docent.errors import DocentError, TooManyRequestsError, TransientError
from docent.throttling import count_request

from .answer_prompts import converse_request
from .answer_sentences import sentences_of
from .answering_settings import answering_settings as settings
from .aws_calls import Writing, check, converse, glossary, make_clients, retrieve
from .retrieved_passages import EXCERPT_CHARS, Passage, merged, readable
from .search_queries import queries_of
from .sentence_checks import Sentence, grounding_content, plain_content
from .standalone_questions import languages_of, read_standalone, remembered, standalone_request
from .text_languages import CUT, REFUSED, UNKNOWN, WITHHELD, Language, is_unknown, language_of, note_of
from .written_answers import WrittenAnswer

AT_ONCE = 16  # a question has about ten calls under way at once, at most
# Turns that are looked at to understand a follow-up.
LATEST_TURNS = 20
# A stream that breaks off is begun again, as long as nobody has seen anything of it.
WRITINGS = 2

type Deliver = Callable[[str], None]
# Each sentence with its check, or without one where it failed already; None at the end.
type Checks = Queue[tuple[Sentence, Future[Sentence | None] | None] | None]


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


@dataclass
class Course:
    """How answering went: what the caller is told, and what is counted. `question` is what is kept of the question."""

    question: str
    answer: str = ""
    confidence: str = "none"
    citations: Sequence[Any] = ()
    passages: int = 0
    sentences: int = 0
    withheld: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


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
        "usage": {"input_tokens": course.input_tokens, "output_tokens": course.output_tokens},
    }
    return body | ({"note": " ".join(course.notes)} if course.notes else {})


class Answering:
    """One question's course. What does not depend on each other is done at the same time."""

    def __init__(self, asked: AskedQuestion, deliver: Deliver | None, calls: Calls) -> None:
        self._asked = asked
        self._deliver = deliver
        self._calls = calls
        self._language: Language = language_of(asked.question) or "en"
        self._course = Course(asked.question)

    def run(self) -> Course:
        asked, calls, limit = self._asked, self._calls, settings().requests_per_minute
        # First, as all else may cost money.
        calls.wait_for(count_request, settings().callers_table, asked.caller, "ask", limit, asked.asked_at)
        passed = calls.begin(check, plain_content(asked.question), asked.question, "INPUT")
        history = calls.wait_for(self._remember) if asked.conversation_id else []
        # A question that stands alone is searched while the guardrail still looks at it.
        early = [] if history else self._search([asked.question])
        if calls.result(passed) is None:
            self._course.question, self._course.answer = WITHHELD[self._language], REFUSED[self._language]
            return self._course
        question, translations = self._stand_alone(history)
        queries = queries_of(question, *translations, *self._terms(question))[: settings().searches_per_question]
        later = self._search(queries if history else queries[1:])
        found = merged(self._found([*early, *later]))
        passages = calls.wait_for(self._read, found)
        self._course.passages = len(passages)
        self._course.answer = UNKNOWN[self._language]
        if passages:
            self._write(question, passages)
        return self._course

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
            and all(
                (row := rows.get(each)) and row.is_answered_from and row.may_be_read_by(asked.caller)
                for each in turn.document_ids
            )
        ]
        return remembered(usable, settings().history_tokens)

    def _stand_alone(self, history: Sequence[Turn]) -> tuple[str, list[str]]:
        """The question as one of its own, and what to search for in further languages."""
        question, languages = self._asked.question, languages_of(settings().search_languages)
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
        return readable(passages, rows, self._asked.caller)[: settings().max_passages]

    def _write(self, question: str, passages: Sequence[Passage]) -> None:
        for writing in range(1, WRITINGS + 1):
            answer = WrittenAnswer(passages)
            try:
                self._write_once(question, passages, answer)
                return
            except TransientError:
                if writing == WRITINGS or self._calls.ran_out or (self._deliver and answer.sentence_count):
                    raise

    def _write_once(self, question: str, passages: Sequence[Passage], answer: WrittenAnswer) -> None:
        """Sentences are checked while the next ones are written, with what is shown of the passages they cite."""
        writing = Writing(converse_request(settings().model_id, question, passages))
        checks: Checks = Queue()
        excerpts: dict[int, Future[str]] = {}
        begin = self._calls.begin

        def write() -> None:
            try:
                with closing(writing.pieces()) as pieces:
                    for written in sentences_of(pieces, lambda: not writing.broke_off):
                        if writing.is_stopped:
                            return
                        sentence = Sentence.read(written, len(passages))
                        if is_unknown(sentence.words) or not sentence.is_supported(passages):
                            checks.put((sentence, None))
                            continue
                        for number in sentence.cited:
                            if number not in excerpts:
                                excerpts[number] = begin(excerpt, passages[number - 1])
                        checks.put((sentence, begin(checked, sentence, passages, question)))
            finally:
                checks.put(None)

        course, unknown = self._course, ""
        ended = begin(write)
        try:
            unknown = self._take(checks, answer)
            self._calls.result(ended)
        except TransientError:
            if not (self._calls.ran_out and answer.sentence_count):
                raise
            course.notes.append(CUT[self._language])
        finally:
            writing.stop()
            course.input_tokens += writing.input_tokens
            course.output_tokens += writing.output_tokens
        course.sentences, course.withheld = answer.sentence_count, answer.withheld
        course.confidence = answer.confidence
        if not answer.sentence_count:
            course.answer = unknown or course.answer
            return
        course.answer = answer.text
        if note := note_of(question, answer.text, " ".join(passages[number - 1].text for number in answer.cited)):
            course.notes.append(note)
        course.citations = [
            passages[number - 1].to_citation(self._excerpt(excerpts[number])) for number in answer.cited
        ]

    def _excerpt(self, checking: Future[str]) -> str:
        try:
            return self._calls.result(checking)
        except TransientError:
            return ""  # it was not checked in time

    def _take(self, checks: Checks, answer: WrittenAnswer) -> str:
        """Sentences into the answer, in their order; returns "I don't know." where that is among what was written."""
        unknown = ""
        while (taken := self._calls.take(checks)) is not None:
            sentence, checking = taken
            if checking is None and is_unknown(sentence.words):
                unknown = unknown or UNKNOWN[language_of(sentence.words) or "en"]
            elif checking is not None and (passed := self._calls.result(checking)) is not None:
                shown = answer.add(passed)
                if self._deliver:
                    self._deliver(shown)
            elif sentence.words:
                answer.withhold()
        return unknown


def checked(sentence: Sentence, passages: Sequence[Passage], question: str) -> Sentence | None:
    """The sentence as it may be shown; None when the guardrail withholds it."""
    passed = check(grounding_content(sentence, passages, question), sentence.words, "OUTPUT")
    if passed is None or passed == sentence.words:
        return sentence if passed else None
    return sentence.masked(passed)


def excerpt(passage: Passage) -> str:
    """What is shown of a passage, masked; nothing of one that cannot be checked."""
    text = passage.text[:EXCERPT_CHARS]
    try:
        return check(plain_content(text), text, "OUTPUT") or ""
    except DocentError:
        return ""
