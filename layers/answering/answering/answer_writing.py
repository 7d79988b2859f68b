"""An answer is written by the model; each sentence is checked while the next ones are written."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from queue import Queue

from docent.deadlines import Calls
from docent.errors import DocentError, TransientError
from docent.model_instructions import tells_a_model

from .answer_course import Course, WithheldSentence
from .answer_prompts import QuestionInContext, converse_request
from .answer_sentences import sentences_of
from .answering_settings import answering_settings as settings
from .aws_calls import Writing, check
from .reply_wrappings import unwrapped
from .retrieved_passages import EXCERPT_CHARS, Passage
from .sentence_checks import SaidBefore, Sentence, grounding_content, plain_content
from .spoken_text import spoken
from .text_languages import (
    BROKE_OFF,
    CUT,
    NOTHING_COMPLETE,
    NOTHING_PASSED,
    instructing_note,
    is_unknown,
    note_of,
)
from .written_answers import WrittenAnswer

# A stream that breaks off is begun again, as long as nobody has seen anything of it.
WRITINGS = 2
# Withheld sentences that are kept to be explained, each for one call of the guardrail.
MAX_EXPLAINED = 10

type Deliver = Callable[[str], None]
# Each sentence with its check, or without one where it failed already; None at the end.
type Checks = Queue[tuple[Sentence, Future[Sentence | None] | None] | None]


class AnswerWriting:
    """`course` gets what is shown and counted; `deliver` each sentence as soon as it passed its checks."""

    def __init__(
        self,
        question: QuestionInContext,
        passages: Sequence[Passage],
        course: Course,
        calls: Calls,
        deliver: Deliver | None,
    ) -> None:
        self._question = question
        self._passages = passages
        self._course = course
        self._calls = calls
        self._deliver = deliver
        self._excerpts: dict[int, Future[str]] = {}
        self._withheld: list[tuple[str, Future[str]]] = []

    def run(self) -> None:
        writings = min(WRITINGS, settings().service_attempts)
        for writing in range(1, writings + 1):
            answer = WrittenAnswer(self._passages)
            self._withheld.clear()
            try:
                self._write(answer)
                return
            except TransientError:
                if writing == writings or self._calls.ran_out or (self._deliver and answer.sentence_count):
                    raise

    def _write(self, answer: WrittenAnswer) -> None:
        course, language = self._course, self._question.language
        writing = Writing(converse_request(settings().model_id, settings().sampling, self._question, self._passages))
        checks: Checks = Queue()
        ended = self._calls.begin(self._check_sentences, writing, checks)
        is_said_unknown = False
        try:
            is_said_unknown = self._take(checks, answer)
            self._calls.result(ended)
        except TransientError:
            if not (self._calls.ran_out and answer.sentence_count):
                raise
            course.notes.append(CUT[language])
        finally:
            writing.stop()
            course.input_tokens += writing.input_tokens
            course.output_tokens += writing.output_tokens
        course.sentences, course.withheld = answer.sentence_count, answer.withheld
        course.withheld_sentences = [WithheldSentence(reason, self._in_time(text)) for reason, text in self._withheld]
        if writing.stop_reason in BROKE_OFF:
            course.notes.append(BROKE_OFF[writing.stop_reason][language])
        if answer.sentence_count:
            self._show(answer)
        elif answer.withheld:
            course.notes.append(NOTHING_PASSED[language])
        elif not is_said_unknown:
            course.answer = NOTHING_COMPLETE[language]

    def _check_sentences(self, writing: Writing, checks: Checks) -> None:
        question = self._question.alone
        try:
            with closing(writing.pieces()) as pieces:
                said = SaidBefore()
                for written in sentences_of(unwrapped(spoken(pieces)), lambda: writing.is_whole):
                    if writing.is_stopped:
                        return
                    sentence = Sentence.read(written, len(self._passages))
                    if said.again(sentence):
                        continue
                    if is_unknown(sentence.words):
                        checks.put((sentence, None))
                    elif not sentence.is_beside_the_answer:
                        supported = tuple(sentence.supported(self._passages, question))
                        for number in supported[0].cited if supported else ():
                            self._excerpt(number)
                        begin = self._calls.begin
                        checking = begin(checked, supported, self._passages, question) if supported else None
                        checks.put((sentence, checking))
        finally:
            checks.put(None)

    def _take(self, checks: Checks, answer: WrittenAnswer) -> bool:
        """Sentences into the answer, in their order; returns whether one of them says that nothing is known."""
        is_said_unknown = False
        while (taken := self._calls.take(checks)) is not None:
            sentence, checking = taken
            if checking is None and is_unknown(sentence.words):
                is_said_unknown = True
            elif checking is not None and (passed := self._calls.result(checking)) is not None:
                shown = answer.add(passed)
                if self._deliver:
                    self._deliver(shown)
            else:
                answer.withhold()
                self._explain(sentence, "unsupported" if checking is None else "refused")
        return is_said_unknown

    def _explain(self, sentence: Sentence, reason: str) -> None:
        if self._course.explained and len(self._withheld) < MAX_EXPLAINED:
            self._withheld.append((reason, self._calls.begin(withheld_text, sentence.words)))

    def _show(self, answer: WrittenAnswer) -> None:
        course, question = self._course, self._question
        course.answer, course.shown, course.cited = answer.text, answer.shown, answer.cited
        course.confidence = answer.confidence_for(question)
        if instructing := answer.instructing:
            course.notes.append(instructing_note(question.language, instructing))
        sources = " ".join(self._passages[number - 1].text for number in answer.cited)
        if note := note_of(question.put, answer.text, sources):
            course.notes.append(note)
        course.citations = [
            self._passages[number - 1].to_citation(self._in_time(self._excerpt(number))) for number in answer.cited
        ]

    def _excerpt(self, number: int) -> Future[str]:
        if number not in self._excerpts:
            self._excerpts[number] = self._calls.begin(excerpt, self._passages[number - 1])
        return self._excerpts[number]

    def _in_time(self, text: Future[str]) -> str:
        try:
            return self._calls.result(text)
        except TransientError:
            return ""  # it was not checked in time


def checked(supported: Sequence[Sentence], passages: Sequence[Passage], question: str) -> Sentence | None:
    """The sentence as it may be shown, with the first citations that hold; None when it is withheld with each."""
    for sentence in supported:
        passed = check(grounding_content(sentence, passages, question), sentence.words, "OUTPUT")
        if passed is not None:
            return sentence if passed == sentence.words else sentence.masked(passed)
    return None


def excerpt(passage: Passage) -> str:
    """What is shown of a passage, masked; nothing of one that cannot be checked."""
    return masked(passage.text[:EXCERPT_CHARS])


def withheld_text(words: str) -> str:
    """What is shown of a sentence that was withheld, to those who ask why; nothing of one that obeyed a document."""
    return "" if tells_a_model(words) else masked(words[:EXCERPT_CHARS])


def masked(text: str) -> str:
    try:
        return check(plain_content(text), text, "OUTPUT") or ""
    except DocentError:
        return ""
