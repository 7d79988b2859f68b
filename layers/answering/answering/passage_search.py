"""The search for what answers a question: in the index, and only what the asker may read."""

from collections.abc import Sequence
from concurrent.futures import Future

from docent.callers import Caller
from docent.conversations import Turn
from docent.deadlines import Calls
from docent.document_rows import read_rows
from docent.errors import DocentError, TooManyRequestsError

from .answer_course import Course
from .answering_settings import answering_settings as settings
from .aws_calls import converse, glossary
from .instructing_passages import without_instructions
from .retrieval import retrieve
from .retrieved_passages import Passage, merged, readable
from .search_queries import queries_of
from .standalone_questions import languages_of, read_standalone, standalone_request

type Searches = Sequence[Future[list[Passage]]]


class PassageSearch:
    """One question's searches, which are under way at the same time. `course` gets their warnings and tokens."""

    def __init__(self, caller: Caller, asked_at: float, course: Course, calls: Calls) -> None:
        self._caller = caller
        self._asked_at = asked_at
        self._course = course
        self._calls = calls

    def begin(self, queries: Sequence[str]) -> list[Future[list[Passage]]]:
        return [self._calls.begin(retrieve, query, self._caller) for query in queries_of(*queries)]

    def stand_alone(self, question: str, history: Sequence[Turn]) -> tuple[str, list[str]]:
        """The question as one of its own, and what to search for in further languages."""
        languages = languages_of(settings().search_languages)
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

    def terms(self, question: str) -> list[str]:
        """The question with the glossary's terms of other languages."""
        try:
            return self._calls.wait_for(glossary, self._asked_at).searches(question)
        except DocentError as error:
            self._course.warnings.append(f"the glossary was not read ({type(error).__name__})")
            return []

    def passages(self, searches: Searches) -> list[Passage]:
        """What the searches found, the best first."""
        return self._calls.wait_for(self._read, merged(self._found(searches)))

    def _found(self, searches: Searches) -> list[list[Passage]]:
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
        """Only what the documents' own rows let the caller read. What the index says does not count."""
        documents = {passage.document_id for passage in passages if passage.document_id}
        rows = read_rows(settings().documents_table, documents)
        found = readable(passages, rows, self._caller)[: settings().max_passages]
        return without_instructions(found)
