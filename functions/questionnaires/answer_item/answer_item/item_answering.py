"""One question of a questionnaire on its way to its answer: found, written, checked, typed, and weighed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from answering.answer_course import Course
from answering.answer_prompts import QuestionInContext
from answering.answer_writing import AnswerWriting, checked, excerpt
from answering.answering_settings import answering_settings as settings
from answering.aws_calls import check, converse, make_clients
from answering.contradictions import difference, yes_or_no
from answering.passage_search import PassageSearch, Searches
from answering.passage_support import words_of
from answering.retrieved_passages import Passage
from answering.search_queries import MAX_CHARS, queries_of
from answering.sentence_checks import Sentence, plain_content
from answering.statement_bearing import Statement, is_planned, statements_of
from answering.text_languages import NOTHING_PASSED, UNKNOWN, Language, language_of
from answering.written_answers import WrittenAnswer
from docent.callers import Caller
from docent.citations import Citation
from docent.deadlines import Calls, Deadline
from docent.prompts import reply_text
from docent.questionnaires import Answer, ItemStatus, Question, normal

from . import review_reasons as reasons
from .answer_confidence import confidence_of, evidence_of, least, overstates
from .approved_answers import ApprovedAnswer, FindApproved, fits
from .company_text import best_part, company_passages
from .sensitive_topics import topics_of
from .value_evidence import NEAR, Verdict, coverage, meaning_of_value, verdict_of
from .value_prompts import answer_form, read_values, value_request

AT_ONCE = 16
MAX_TOKENS = 800
MAX_QUESTION = 20_000  # characters; a guardrail checks 25,000 at once
_YES_OR_NO = re.compile(r"^\W*(yes|no|ja|nein)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AskedItem:
    """A question with what it is answered from: the `description` alone, the index, or both.

    `overwrites` when an answer is written over what its place held before.
    """

    question: Question
    caller: Caller
    description: str
    use_documents: bool
    asked_at: float
    sensitive_words: tuple[str, ...] = ()
    overwrites: bool = False

    @property
    def uses_index(self) -> bool:
        return self.use_documents or not self.description.strip()


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """`note` is who approved an answer that was used before, and when."""

    answer: Answer
    course: Course
    note: str = ""


def answer_to(asked: AskedItem, deadline: Deadline, find_approved: FindApproved) -> ItemAnswer:
    make_clients()
    with Calls(deadline, AT_ONCE) as calls:
        return ItemAnswering(asked, calls, find_approved).run()


class ItemAnswering:
    def __init__(self, asked: AskedItem, calls: Calls, find_approved: FindApproved) -> None:
        self._asked = asked
        self._calls = calls
        self._find_approved = find_approved
        question = asked.question
        self._text = " ".join(question.text[:MAX_QUESTION].split())
        # What is asked, in at most as many characters as the index and a check of grounding take.
        own = best_part(question.text.strip(), MAX_CHARS)
        parent = best_part(question.parent.strip(), MAX_CHARS // 2)
        self._alone = best_part(f"{own} ({parent})", MAX_CHARS) if parent else own
        self._language: Language = language_of(question.text) or language_of(question.parent) or "en"
        self._course = Course(self._text)
        self._reasons: list[str] = []
        self._passages: list[Passage] = []
        self._is_contradicted = False

    def run(self) -> ItemAnswer:
        asked, calls = self._asked, self._calls
        if not re.search(r"\w", self._text):
            return self._ended("unanswered", reasons.EMPTY)
        passed = calls.begin(check, plain_content(self._text), self._text, "INPUT")
        approved = calls.begin(self._find_approved, asked.question, asked.caller) if asked.uses_index else None
        search = PassageSearch(asked.caller, asked.asked_at, self._course, calls)
        early = search.begin([self._alone]) if asked.uses_index else []
        if calls.result(passed) is None:
            return self._ended("unanswered", reasons.REFUSED)
        self._tell_sensitive()
        is_new = not asked.question.existing or asked.overwrites
        if is_new and approved and (found := calls.result(approved)) and fits(found, asked.question.answer):
            return self._approved(found)
        self._passages = self._found(search, early)
        self._course.passages = len(self._passages)
        self._course.answer = UNKNOWN[self._language]
        if not self._passages:
            return self._existing_or(self._ended("unanswered", reasons.NOTHING_FOUND))
        self._write()
        return self._existing_or(self._weighed())

    def _found(self, search: PassageSearch, early: Searches) -> list[Passage]:
        asked, most = self._asked, settings().max_passages
        described = company_passages(asked.description, self._alone, most) if asked.description.strip() else []
        if not asked.uses_index:
            return described
        section, own = asked.question.section, best_part(asked.question.text.strip(), MAX_CHARS)
        _, translations = search.stand_alone(self._alone, [])
        further = [f"{section} {own}"] if section else []
        queries = queries_of(self._alone, *further, *translations, *search.terms(self._alone))
        later = search.begin(queries[1 : settings().searches_per_question])
        found = search.passages([*early, *later])
        room = max(most - len(found), most // 2)
        kept = company_passages(asked.description, self._alone, room) if described else []
        return [*kept, *found[: most - len(kept)]]

    def _write(self) -> None:
        asked = self._asked.question
        put = asked.text[:MAX_QUESTION].strip()
        question = QuestionInContext(
            put, self._alone, (), self._language, asked.section, answer_form(self._language), MAX_TOKENS
        )
        AnswerWriting(question, self._passages, self._course, self._calls, None).run()

    def _weighed(self) -> ItemAnswer:
        course = self._course
        citations = dict(zip(course.cited, course.citations, strict=True))
        kept = [each for each in course.shown if not self._says_nothing(each)]
        while kept and kept[-1].words.rstrip(" *_").endswith(":"):
            kept.pop()  # it introduces what was never said
        sound = [each for each in kept if not overstates(each, self._passages) and not self._says_yes_in_vain(each)]
        course.withheld += len(kept) - len(sound)
        if not sound:
            return self._nothing_left(kept)
        if course.withheld:
            self._tell(reasons.WITHHELD)
        self._reasons += [note for note in course.notes if note not in NOTHING_PASSED.values()]
        confidence = confidence_of(self._alone, sound, self._passages, course.withheld, self._is_closed())
        if any(is_planned(each.words) for each in sound) and self._is_closed():
            confidence = least(confidence, "low")
            self._tell(reasons.PLANNED)
        if verdict := self._verdict_of_yes(sound[0]):
            confidence = least(confidence, verdict.level)
            if verdict.reason:
                self._tell(verdict.reason, verdict.named)
        for sentence, citation in self._contradicting(sound):
            citations.setdefault(sentence.cited[0], citation)
            sound.append(sentence)
        if self._is_contradicted:
            confidence = least(confidence, "low")
        values, confidence, status = self._values(sound, confidence)
        if status != "answered":
            return self._ended(status)
        fitting = self._fitting(sound)
        if not fitting:
            return self._ended("failed", reasons.NO_ROOM, self._asked.question.answer.max_chars)
        if confidence == "low" and not self._reasons:
            self._tell(reasons.LOW)
        written = self._assembled(fitting)
        course.confidence = confidence
        shown = tuple(citations[number] for number in written.cited)
        return self._item("answered", written.text, values, shown, confidence)

    # Sentences

    def _says_nothing(self, sentence: Sentence) -> bool:
        """Whether it repeats the question instead of answering it, or is a heading in the question's words."""
        words = sentence.words.rstrip(" *_")
        is_open = not re.search(r"[.!]$", words) and not _YES_OR_NO.match(words)
        adds_nothing = words_of(words) <= words_of(self._text) and not re.search(r"\d", words)
        return words.endswith("?") or normal(words) == normal(self._text) or (is_open and adds_nothing)

    def _says_yes_in_vain(self, sentence: Sentence) -> bool:
        """Whether it begins with a "yes" or "no" that its source does not say."""
        verdict = self._verdict_of_yes(sentence)
        return bool(verdict) and verdict.level == "none"

    def _verdict_of_yes(self, sentence: Sentence) -> Verdict | None:
        found = _YES_OR_NO.match(sentence.words)
        return verdict_of(found[1], self._alone, evidence_of([sentence], self._passages)) if found else None

    def _nothing_left(self, kept: Sequence[Sentence]) -> ItemAnswer:
        course = self._course
        course.answer = UNKNOWN[self._language]
        evidence = evidence_of(kept, self._passages)
        if any(each.is_planned for each in evidence):
            return self._ended("unanswered", reasons.PLANNED)
        if kept:
            return self._ended("unanswered", reasons.DENIED)
        if course.withheld:
            return self._ended("unanswered", reasons.WITHHELD)
        self._reasons += course.notes
        return self._ended("unanswered", reasons.NOTHING_SAID)

    def _fitting(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """As many as the place has room for."""
        wanted = self._asked.question.answer
        fitting = list(sentences)
        while wanted.kind == "text" and fitting and 0 < wanted.max_chars < len(self._assembled(fitting).text):
            fitting.pop()
        return fitting

    def _assembled(self, sentences: Sequence[Sentence]) -> WrittenAnswer:
        written = WrittenAnswer(self._passages)
        for sentence in sentences:
            spaced = sentence if sentence.written[-1:].isspace() else replace(sentence, written=f"{sentence.written} ")
            written.add(spaced)
        return written

    def _is_closed(self) -> bool:
        wanted = self._asked.question.answer
        return any(meaning_of_value(option) == "yes" for option in wanted.options) or bool(
            re.match(
                r"\W*(?:do|does|did|is|are|has|have|can|will|may|ist|sind|hat|haben|kann|können|gibt|werden|wird"
                r"|verfügt|verfügen|setzen|nutzen|verwenden|bieten)\b",
                self._text,
                re.IGNORECASE,
            )
        )

    # What contradicts

    def _contradicting(self, sentences: Sequence[Sentence]) -> list[tuple[Sentence, Citation]]:
        """Sentences of other passages that contradict what the answer rests on, as far as they may be shown."""
        evidence = evidence_of(sentences, self._passages)
        others = [
            (number, statement)
            for number, passage in enumerate(self._passages, start=1)
            for statement in statements_of(passage)
            if statement not in evidence and coverage(self._alone, statement) >= NEAR
        ]
        found: list[tuple[Sentence, Citation]] = []
        for own in evidence:
            for number, other in others:
                if other.passage is own.passage or not difference(own.words, other.words):
                    continue
                self._tell(reasons.CONTRADICTING, _named(own), _named(other))
                self._is_contradicted = True
                if shown := self._quoted(number, other, sentences):
                    found.append(shown)
                return found
        for one, other in combinations(evidence, 2):  # both are shown already
            if one.passage is not other.passage and difference(one.words, other.words):
                self._tell(reasons.CONTRADICTING, _named(one), _named(other))
                self._is_contradicted = True
                break
        return found

    def _quoted(
        self, number: int, statement: Statement, sentences: Sequence[Sentence]
    ) -> tuple[Sentence, Citation] | None:
        words = statement.words.lstrip("-*•– ").strip()
        written = f"{words.rstrip('.!')} [{number}]."
        quote = Sentence.read(written, len(self._passages))
        if any(normal(each.words) == normal(quote.words) for each in sentences):
            return None
        passed = self._calls.wait_for(checked, [quote], self._passages, self._alone)
        return (passed, self._citation(passed)) if passed else None

    def _citation(self, sentence: Sentence) -> Citation:
        passage = self._passages[sentence.cited[0] - 1]
        return passage.to_citation(self._calls.wait_for(excerpt, passage))

    # Values

    def _values(self, sentences: Sequence[Sentence], confidence: str) -> tuple[tuple[str, ...], str, ItemStatus]:
        """What goes into a place that takes no free text, how sure it is, and whether there is one."""
        wanted = self._asked.question.answer
        if wanted.kind == "text":
            return (), confidence, "answered"
        said = [sentence.words for sentence in sentences]
        request = value_request(settings().model_id, settings().sampling, self._alone, wanted, said)
        content, read, written = self._calls.wait_for(converse, request)
        self._course.input_tokens += read
        self._course.output_tokens += written
        values = read_values(reply_text(content), wanted)
        if values is None:
            kind = reasons.KINDS.get(wanted.kind)
            if kind:
                self._tell(reasons.NOT_READABLE, kind[self._language])
            else:
                self._tell(reasons.NO_OPTION)
            return (), "none", "failed"
        if not values or any(meaning_of_value(value) == "unknown" for value in values):
            self._tell(reasons.NOTHING_SAID)
            return (), "none", "unanswered"
        evidence = evidence_of(sentences, self._passages)
        verdicts = [verdict_of(value, self._alone, evidence) for value in values]
        for verdict in verdicts:
            if verdict.reason:
                self._tell(verdict.reason, verdict.named)
        if any(verdict.level == "none" for verdict in verdicts):
            return (), "none", "unanswered"
        return values, least(confidence, *(verdict.level for verdict in verdicts)), "answered"

    # Ends

    def _approved(self, found: ApprovedAnswer) -> ItemAnswer:
        """An approved answer is as sure as one can be, until it is stale."""
        if found.is_stale:
            self._tell(reasons.STALE, found.stale_reason)
        confidence = "medium" if found.is_stale else "high"
        self._course.answer, self._course.confidence = found.completion, confidence
        note = reasons.APPROVED[self._language].format(found.approved_by, found.approved_at[:10])
        item = self._item("answered", found.completion, found.values, found.citations, confidence)
        return replace(item, answer=replace(item.answer, answer_id=found.answer_id), note=note)

    def _existing_or(self, found: ItemAnswer) -> ItemAnswer:
        """What its place holds already stays, and is held against what the documents say."""
        existing = self._asked.question.existing.strip()
        if not existing or self._asked.overwrites:
            return found
        answer, told = found.answer, list(self._sensitive)
        contrary = self._contrary(existing, answer)
        if contrary:
            told.append(reasons.EXISTING_CONTRADICTED[self._language].format(contrary))
        citations = answer.citations if contrary or answer.status == "answered" else ()
        kept = replace(
            answer,
            status="already_answered",
            completion=existing,
            values=(),
            citations=citations,
            reasons=tuple(told),
            confidence="low" if contrary else answer.confidence,
        )
        return replace(found, answer=kept)

    def _contrary(self, existing: str, answer: Answer) -> str:
        """What the documents say against what was there; empty where nothing does."""
        if answer.status != "answered" or answer.confidence == "none":
            return ""
        if answer.values:
            own, there = (meaning_of_value(each) for each in (answer.values[0], existing))
            differs = {own, there} in ({"yes", "no"}, {"yes", "planned"}, {"yes", "partial"})
            if own == there == "other" or self._asked.question.answer.kind in ("number", "date"):
                differs = normal(answer.values[0]) != normal(existing)
            return f"{', '.join(answer.values)}. {answer.completion}".strip() if differs else ""
        said, there = yes_or_no(answer.completion), yes_or_no(existing)
        if there is not None and said is None:
            evidence = evidence_of(self._course.shown, self._passages)
            opposite = verdict_of("no" if there else "yes", self._alone, evidence)
            return answer.completion if opposite.level in ("medium", "high") else ""
        if said is not None and there is not None and said != there:
            return answer.completion
        lines = [each for each in re.split(r"(?<=[.!?])\s+|\n+", existing) if each]
        sentences = [sentence.words for sentence in self._course.shown]
        return next((each for line in lines for each in sentences if difference(line, each)), "")

    def _ended(self, status: ItemStatus, reason: reasons.Reason | None = None, *named: object) -> ItemAnswer:
        """Without an answer."""
        if reason:
            self._tell(reason, *named)
        self._course.confidence = "none"
        return self._item(status)

    def _item(
        self,
        status: ItemStatus,
        completion: str = "",
        values: tuple[str, ...] = (),
        citations: tuple[Citation, ...] = (),
        confidence: str = "none",
    ) -> ItemAnswer:
        course, told = self._course, tuple(dict.fromkeys(self._reasons))
        tokens = course.input_tokens, course.output_tokens
        return ItemAnswer(Answer(status, completion, values, citations, confidence, told, *tokens), course)

    def _tell_sensitive(self) -> None:
        question = self._asked.question
        about = f"{question.section}\n{question.parent}\n{question.text}"
        topics = topics_of(about, self._asked.sensitive_words, self._language)
        for topic in topics:
            self._tell(reasons.SENSITIVE, topic)

    @property
    def _sensitive(self) -> list[str]:
        beginning = reasons.SENSITIVE[self._language].split("{}")[0]
        return [reason for reason in self._reasons if reason.startswith(beginning)]

    def _tell(self, reason: reasons.Reason, *named: object) -> None:
        self._reasons.append(reason[self._language].format(*named))


def _named(statement: Statement) -> str:
    """A statement as a reason names it: where it stands, and what it says."""
    name, page = statement.passage.file_name, statement.passage.page
    return f"{name}{f', page {page}' if page else ''}"
