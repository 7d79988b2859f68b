"""The approved answer to a question, if the library has one that fits and that the caller can read.

The same question, by its digest, is looked up in the library's table. The same question in other words is searched in
the index among the approved answers, and taken only if the words that carry its meaning are the same (same_questions).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from docent.answer_library import ApprovedAnswer, LibraryAnswer, answer_key, answers_to, read_answers
from docent.callers import Caller
from docent.document_rows import read_rows
from docent.questionnaires import Question
from docent.settings import read_settings

from .retrieval import retrieve
from .same_questions import asks_the_same, fitting_values
from .search_queries import queries_of


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    library_table: str
    documents_table: str


@cache
def library_settings() -> LibrarySettings:
    return read_settings(LibrarySettings)


def find_approved(question: Question, caller: Caller, clock: Callable[[], float] = time.time) -> ApprovedAnswer | None:
    """The one that is not stale before one that is, then the newest.

    Raises TooManyRequestsError when the index has no capacity left, and TransientError.
    """
    now = clock()
    same = answers_to(library_settings().library_table, question.digest)
    return _best(question, same, caller, now) or _best(question, _in_other_words(question, caller), caller, now)


def _in_other_words(question: Question, caller: Caller) -> list[LibraryAnswer]:
    found = [passage for query in queries_of(question.text) for passage in retrieve(query, caller, "approved_answer")]
    # An entry of the library is `library/<answer_id>/<version>`, and its key the digest of its question.
    keys = {(passage.key, passage.generation) for passage in found if passage.key and passage.generation}
    answers = read_answers(library_settings().library_table, [answer_key(*each) for each in sorted(keys)])
    return [answer for answer in answers if asks_the_same(question, answer.question)]


def _best(question: Question, answers: Sequence[LibraryAnswer], caller: Caller, now: float) -> ApprovedAnswer | None:
    rows = read_rows(library_settings().documents_table, {each for answer in answers for each in answer.document_ids})
    usable = [
        ApprovedAnswer(
            answer.answer_id,
            answer.completion,
            values,
            answer.citations,
            answer.approved_by,
            answer.approved_at,
            bool(reason := answer.stale_reason(rows, now)),
            reason,
        )
        for answer in answers
        if answer.may_be_read_by(caller, rows)
        and (values := fitting_values(question.answer, answer.question.answer, answer.completion, answer.values))
        is not None
    ]
    return max(usable, key=lambda each: (not each.is_stale, each.approved_at), default=None)
