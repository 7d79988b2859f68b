"""What a company's description says of the subject of a question: by the words of the subject, or else by the meaning
of its example sentences. A statement counts only if it also has all other words of the question.
"""

import re
from collections.abc import Sequence
from functools import cache

from answering.statement_bearing import is_planned
from local.bedrock.company_subjects import SUBJECTS, Subject
from local.bedrock.statements import Statement
from local.bedrock.words import language_of, share_of, stems
from local.kendra.embedding import Vectors
from local.kendra.sentence_vectors import vectors_of

MOST_SENTENCES = 3
# The cosine of a statement to an example. Of 60 sentences of descriptions none was nearest to an example of a subject
# that it was not about, and as near as that.
LIKE = 0.42
# They name whom a question is put to and how it is to be answered, not what about.
_ADDRESS_WORDS = """
    company companies companys firm organisation organization business team teams solution solutions product
    products service services platform system systems offering vendor supplier client clients customer customers
    project projects approach approaches method methods methodology measure measures strategy strategies procedure
    procedures plan plans policy policies practice practices process processes model structure detail details
    overview example examples information data provide describe explain share list give outline discuss detail
    elaborate submit include state please can could would will may do does have has hold use used using offer
    offered ensure handle manage maintain take implement implemented employ get need needs grow grows growing growth
    demand change changes increase increasing relevant similar previous past recent ongoing typical specific general
    type types kind kinds place regarding related launch completed complete comparable after tool tools software
    technical technology know fast quickly soon long name protect protected protecting secure your our you we us
    unternehmen firma anbieter lösung plattform produkt team kunden projekte haben bieten nutzen verwenden
    beschreiben nennen bitte ihre ihr ihren maßnahmen ansatz vorgehen besitzen
"""
_ADDRESS = frozenset(_ADDRESS_WORDS.split())
_TELLING = re.compile(r"\W*(?:can|could|would|will|können|könnten)\s(?:you|sie)\b", re.IGNORECASE)
_CLOSED = re.compile(
    r"\W*(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|may|must|ist|sind|hat|haben|kann|können|gibt"
    r"|werden|wird|bieten|verfügen|verwenden|nutzen|setzen)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def spoken_of(question: str, stated: Sequence[Statement]) -> list[Statement] | None:
    """What a description says of the subjects of a question, in its order; None if the question is about something
    else, or about something narrower than its subject that no statement has."""
    if _CLOSED.match(question) and not _TELLING.match(question):
        return None
    subjects = [each for each in SUBJECTS if each.asked.search(question)]
    if not subjects:
        return None
    language = language_of(question)
    narrower = _narrower(question, subjects)
    said = {each.order: stems(each.in_full, language) for each in stated}
    about = [each for each in stated if all(share_of(word, said[each.order]) for word in stems(narrower, language))]
    about = [each for each in about if not is_planned(each.text)]
    found = {each.order: each for subject in subjects for each in _first(subject, about) or _like(subject, about)}
    if not found and stems(narrower, language):
        return None
    return [found[order] for order in sorted(found)][:MOST_SENTENCES]


def _narrower(question: str, subjects: Sequence[Subject]) -> str:
    """The question's words besides those that name its subjects."""
    for subject in subjects:
        question = subject.asked.sub(" ", question)
    return " ".join(word for word in _WORD.findall(question) if len(word) > 1 and word.casefold() not in _ADDRESS)


def _first(subject: Subject, stated: Sequence[Statement]) -> list[Statement]:
    for pattern in subject.said:
        if found := [each for each in stated if pattern.search(each.text)]:
            return found
    return []


def _like(subject: Subject, stated: Sequence[Statement]) -> list[Statement]:
    """Those whose meaning is nearer to its examples than to those of other subjects."""
    if not (subject.examples and stated):
        return []
    meanings = vectors_of([each.text for each in stated])
    own = (meanings @ _vectors(subject).T).max(axis=1)
    others = [(meanings @ _vectors(each).T).max(axis=1) for each in SUBJECTS if each.examples and each is not subject]
    return [each for at, each in enumerate(stated) if own[at] >= LIKE and all(own[at] > other[at] for other in others)]


@cache
def _vectors(subject: Subject) -> Vectors:
    return vectors_of(subject.examples)
