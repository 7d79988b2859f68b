"""A question on its way to its answer: searched with the caller's eyes, written by the model, checked, kept."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docent.callers import Caller
from docent.conversations import Turn, add_turn, id_of, read_conversation, read_turns
from docent.deadlines import Calls, Deadline
from docent.document_rows import read_rows
from docent.throttling import count_request

from .answer_course import Course
from .answer_prompts import QuestionInContext
from .answer_writing import AnswerWriting, Deliver
from .answering_settings import answering_settings as settings
from .answering_settings import conversation_settings
from .aws_calls import check, make_clients
from .greetings import without_greeting
from .passage_search import PassageSearch
from .search_queries import queries_of
from .sentence_checks import plain_content
from .standalone_questions import remembered
from .text_languages import CUT, INCOMPLETE, REFUSED, UNKNOWN, WITHHELD, Language, language_of

AT_ONCE = 16  # a question has about ten calls under way at once, at most
# Turns that are looked at to understand a follow-up.
LATEST_TURNS = 20


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """`asked_at` is in seconds since 1970; `request_id` is the same when the same request comes again.

    `turn_id` is the client's own choice. At the `deadline`, or once it `is_stopped`, the answer is what has passed its
    checks, and a TransientError if that is nothing.
    """

    caller: Caller
    question: str
    conversation_id: str | None
    request_id: str
    asked_at: float
    deadline: Deadline
    turn_id: str | None = None
    is_stopped: Callable[[], bool] = lambda: False

    @property
    def own_id(self) -> str:
        """Of its turn, and of a conversation that begins with it: the same for the same request."""
        if self.turn_id:
            return self.turn_id
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
    kept, begins = conversation_settings(), asked.conversation_id is None
    days = kept.conversation_days
    add_turn(kept.callers_table, asked.caller, conversation_id, asked.own_id, turn, days, begins=begins)
    body = {
        "answer": course.answer,
        "citations": [citation.to_shown(settings().derived_bucket) for citation in course.citations],
        "confidence": course.confidence,
        "support": support_of(course),
        "conversation_id": conversation_id,
        "turn_id": asked.own_id,
        "sentences": {"shown": course.sentences, "withheld": course.withheld},
        "usage": {"input_tokens": course.input_tokens, "output_tokens": course.output_tokens},
    }
    # What was stopped is not complete because somebody wanted that, and not for lack of time.
    notes = [note for note in course.notes if not (asked.is_stopped() and note in CUT.values())]
    return body | ({"note": " ".join(notes)} if notes else {})


def support_of(course: Course) -> dict[str, Any]:
    """How well the documents support the answer: `{level, reasons}`, the reasons why it is not `enough`."""
    if course.confidence == "none":
        reasons = {
            "refused": course.answer in REFUSED.values(),
            "all_withheld": bool(course.withheld),
            "nothing_found": not course.passages,
        }
        return {
            "level": "none",
            "reasons": [next((name for name, holds in reasons.items() if holds), "nothing_stated")],
        }
    reasons = {
        "some_withheld": bool(course.withheld),
        "incomplete": bool(set(course.notes) & INCOMPLETE),
        "weak_passages": course.confidence == "low",
    }
    found = [name for name, holds in reasons.items() if holds]
    return {"level": "thin" if found else "enough", "reasons": found}


class Answering:
    """One question's course. What does not depend on each other is done at the same time."""

    def __init__(self, asked: AskedQuestion, deliver: Deliver | None, calls: Calls) -> None:
        self._asked = asked
        self._deliver = deliver
        self._calls = calls
        self._question = without_greeting(asked.question) or asked.question
        self._language: Language = language_of(self._question) or "en"
        self._course = Course(asked.question, explained=True)
        self._search = PassageSearch(asked.caller, asked.asked_at, self._course, calls)

    def run(self) -> Course:
        asked, course, calls, search = self._asked, self._course, self._calls, self._search
        table, limit = conversation_settings().callers_table, conversation_settings().requests_per_minute
        # First, as all else may cost money.
        calls.wait_for(count_request, table, asked.caller, "ask", limit, asked.asked_at)
        passed = calls.begin(check, plain_content(asked.question), asked.question, "INPUT")
        history = calls.wait_for(self._remember) if asked.conversation_id else []
        # A question that stands alone is searched while the guardrail still looks at it.
        early = [] if history else search.begin([self._question])
        if calls.result(passed) is None:
            course.question, course.answer = WITHHELD[self._language], REFUSED[self._language]
            return course
        alone, translations = search.stand_alone(self._question, history)
        # A follow-up is searched as it was put as well: what makes it stand alone can be wrong.
        put = [self._question] if history else []
        queries = queries_of(alone, *put, *translations, *search.terms(alone))[: settings().searches_per_question]
        later = search.begin(queries if history else queries[1:])
        passages = search.passages([*early, *later])
        course.passages, course.found = len(passages), passages
        course.answer = UNKNOWN[self._language]
        if passages:
            question = QuestionInContext(self._question, alone, tuple(history), self._language)
            AnswerWriting(question, passages, course, calls, self._deliver).run()
        return course

    def _remember(self) -> list[Turn]:
        """What was said before, as far as the caller may still read what it rests on. Raises NotFoundError."""
        asked, kept = self._asked, conversation_settings()
        conversation_id = asked.conversation_id or ""
        read_conversation(kept.callers_table, asked.caller, conversation_id, asked.asked_at)
        if not kept.history_tokens:
            return []
        turns = read_turns(kept.callers_table, asked.caller, conversation_id, LATEST_TURNS)
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
        return remembered(usable, kept.history_tokens)
