"""A question on its way to its answer: searched with the caller's eyes, written by the model, checked, kept."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

from answer_prompts import converse_request
from answer_sentences import sentences_of
from answer_settings import settings
from aws_calls import Writing, check, converse, glossary, make_clients, retrieve, workers
from docent.callers import Caller
from docent.conversations import Turn, add_turn, id_of, read_conversation, read_turns
from docent.document_rows import read_rows
from docent.errors import DocentError, TransientError
from docent.throttling import count_request
from retrieved_passages import EXCERPT_CHARS, Passage, merged, readable
from search_queries import queries_of
from sentence_checks import Sentence, grounding_content, plain_content
from standalone_questions import languages_of, read_standalone, remembered, standalone_request
from text_languages import REFUSED, UNKNOWN, Language, is_unknown, language_of, note_of
from written_answers import WrittenAnswer

# Turns that are looked at to understand a follow-up.
LATEST_TURNS = 20
# A stream that breaks off is begun again, as long as nobody has seen anything of it.
WRITINGS = 2

type Deliver = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """`asked_at` is in seconds since 1970; `request_id` is the same when the same request comes again."""

    caller: Caller
    question: str
    conversation_id: str | None
    request_id: str
    asked_at: float


@dataclass
class Course:
    """How answering went: what the caller is told, and what is counted."""

    answer: str = ""
    confidence: str = "none"
    citations: Sequence[Any] = ()
    note: str | None = None
    passages: int = 0
    sentences: int = 0
    withheld: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    warnings: list[str] = field(default_factory=list)


def answer_question(asked: AskedQuestion, deliver: Deliver | None) -> tuple[dict[str, Any], Course]:
    """The body of an answer, and how it came about. `deliver` gets each sentence as soon as it passed its checks."""
    make_clients()
    submit = workers().submit
    counted = submit(
        count_request,
        settings().callers_table,
        asked.caller,
        "ask",
        settings().requests_per_minute,
        asked.asked_at,
    )
    checked = submit(check, plain_content(asked.question), asked.question, "INPUT")
    remembering = submit(_history, asked) if asked.conversation_id else None
    counted.result()
    history = remembering.result() if remembering else []
    course = Course()
    _answer(asked, history, checked, course, deliver)
    return _body(asked, course), course


def _history(asked: AskedQuestion) -> list[Turn]:
    """What was said before, as far as the caller may still read what it rests on. Raises NotFoundError."""
    table, conversation_id = settings().callers_table, asked.conversation_id or ""
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


def _answer(
    asked: AskedQuestion,
    history: Sequence[Turn],
    checked: "Future[str | None]",
    course: Course,
    deliver: Deliver | None,
) -> None:
    languages = languages_of(settings().search_languages)
    # A question that stands alone is searched while the guardrail still looks at it.
    early = [] if history else _searched(asked, [asked.question])
    language = _language(asked.question)
    if checked.result() is None:
        course.answer = REFUSED[language]
        return
    question, translations = _standalone(asked.question, history, languages, course)
    terms = _terms(question, asked.asked_at, course)
    queries = queries_of(question, *translations, *terms)
    later = _searched(asked, queries if history else queries[1:])
    passages = merged([search.result() for search in [*early, *later]])
    rows = read_rows(settings().documents_table, {passage.document_id for passage in passages if passage.document_id})
    passages = readable(passages, rows, asked.caller)[: settings().max_passages]
    course.passages = len(passages)
    course.answer = UNKNOWN[language]
    if passages:
        _write(question, passages, course, deliver)


def _searched(asked: AskedQuestion, queries: Sequence[str]) -> "list[Future[list[Passage]]]":
    return [workers().submit(retrieve, query, asked.caller) for query in queries_of(*queries)]


def _standalone(
    question: str, history: Sequence[Turn], languages: Sequence[str], course: Course
) -> tuple[str, list[str]]:
    if not history and not languages:
        return question, []
    try:
        content, read, written = converse(standalone_request(settings().model_id, question, history, languages))
        course.input_tokens += read
        course.output_tokens += written
        return read_standalone(content, question, history, languages)
    except (DocentError, LookupError, TypeError) as error:
        course.warnings.append(f"the question was not made to stand alone ({type(error).__name__})")
        return question, []  # as it was put, it may still find something


def _terms(question: str, now: float, course: Course) -> list[str]:
    try:
        return glossary(now).searches(question)
    except DocentError as error:
        course.warnings.append(f"the glossary was not read ({type(error).__name__})")
        return []


def _write(question: str, passages: Sequence[Passage], course: Course, deliver: Deliver | None) -> None:
    for writing in range(1, WRITINGS + 1):
        answer = WrittenAnswer(passages)
        try:
            _write_once(question, passages, answer, course, deliver)
            return
        except TransientError:
            if writing == WRITINGS or (deliver and answer.sentence_count):
                raise


def _write_once(
    question: str, passages: Sequence[Passage], answer: WrittenAnswer, course: Course, deliver: Deliver | None
) -> None:
    """Sentences are checked while the next ones are written, and taken in their order."""
    writing = Writing(converse_request(settings().model_id, question, passages))
    checks: Queue[Future[Sentence | None] | None] = Queue()
    excerpts: dict[int, Future[str]] = {}

    def write() -> None:
        try:
            for written in sentences_of(writing.pieces(), lambda: not writing.broke_off):
                checks.put(workers().submit(_checked, Sentence.read(written, len(passages)), passages, question))
        finally:
            checks.put(None)

    ended = workers().submit(write)
    unsaid: list[str] = []
    while (pending := checks.get()) is not None:
        sentence = pending.result()
        if sentence is None:
            answer.withhold()
        elif not sentence.cited:
            unsaid.append(sentence.words)
        else:
            shown = answer.add(sentence)
            for number in sentence.cited:
                if number not in excerpts:
                    excerpts[number] = workers().submit(_excerpt, passages[number - 1])
            if deliver:
                deliver(shown)
    ended.result()
    course.input_tokens += writing.input_tokens
    course.output_tokens += writing.output_tokens
    course.sentences, course.withheld = answer.sentence_count, answer.withheld
    course.confidence = answer.confidence
    if not answer.sentence_count:
        course.answer = next((UNKNOWN[_language(words)] for words in unsaid if words), course.answer)
        return
    course.answer = answer.text
    sources = " ".join(passages[number - 1].text for number in answer.cited)
    course.note = note_of(question, answer.text, sources)
    course.citations = [passages[number - 1].to_citation(excerpts[number].result()) for number in answer.cited]


def _language(words: str) -> Language:
    return language_of(words) or "en"


def _checked(sentence: Sentence, passages: Sequence[Passage], question: str) -> Sentence | None:
    """The sentence as it may be shown; None when it is withheld. "I don't know." needs no citation."""
    if not sentence.words or is_unknown(sentence.words):
        return Sentence("", sentence.words, ())
    if not sentence.is_supported(passages):
        return None
    passed = check(grounding_content(sentence, passages, question), sentence.words, "OUTPUT")
    if passed is None or passed == sentence.words:
        return sentence if passed else None
    return sentence.masked(passed)


def _excerpt(passage: Passage) -> str:
    """What is shown of a passage, masked; nothing of one that cannot be checked."""
    text = passage.text[:EXCERPT_CHARS]
    try:
        return check(plain_content(text), text, "OUTPUT") or ""
    except DocentError:
        return ""


def _body(asked: AskedQuestion, course: Course) -> dict[str, Any]:
    conversation_id = asked.conversation_id or _own_id(asked)
    turn = Turn(asked.question, asked.asked_at, course.answer, tuple(course.citations))
    add_turn(
        settings().callers_table,
        asked.caller,
        conversation_id,
        _own_id(asked),
        turn,
        settings().conversation_days,
        begins=asked.conversation_id is None,
    )
    body = {
        "answer": course.answer,
        "citations": [citation.to_shown(settings().derived_bucket) for citation in course.citations],
        "confidence": course.confidence,
        "conversation_id": conversation_id,
        "usage": {"input_tokens": course.input_tokens, "output_tokens": course.output_tokens},
    }
    return body | ({"note": course.note} if course.note else {})


def _own_id(asked: AskedQuestion) -> str:
    """Of the turn, and of a conversation that begins with it: the same for the same request."""
    entropy = hashlib.sha256(f"{asked.caller.subject}\n{asked.request_id}".encode()).digest()
    return id_of(asked.asked_at, entropy)
