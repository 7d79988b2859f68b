"""Answers a question with sentences quoted from its context, or says that it does not know."""

from collections.abc import Sequence

from local.bedrock import charts, condensing
from local.bedrock.asking import bound_of, extreme_of, parts_of, plain
from local.bedrock.company_answers import spoken_of
from local.bedrock.prompt import Passage
from local.bedrock.statements import Statement, statements_of
from local.bedrock.tables import counts_what_is_asked, from_table, said_row, table_of
from local.bedrock.weighing import Evidence, weigh
from local.bedrock.words import Language, language_of, share_of, stems
from local.models.chosen import cross_encoder

UNKNOWN: dict[Language, str] = {"en": "I don't know.", "de": "Das weiß ich nicht."}
MOST_SENTENCES = 3
MOST_OF_A_PART = 2  # sentences that answer one part of a question with two
READ_AGAIN = 12  # statements that the cross-encoder reads, about 100 ms each
MOST_ITEMS = 8  # of a list
DESCRIPTION = "description"  # the document in which a company speaks of itself
# Calibrated on 66 questions that documents answer (5 score less) and 55 about other documents (1 scores more).
ENOUGH = 0.5
ENOUGH_OF_ROWS = 0.45  # for a comparison, whose own words are in no row
BESIDE_THE_BEST = 0.88  # a further sentence needs this share of the best score


def answer(question: str, passages: Sequence[Passage]) -> str:
    """Sentences, the best first, each with its `[passage id]`, or UNKNOWN in the question's language."""
    chosen = choose(question, passages)
    return (
        "\n".join(f"{text} [{passage}]" for text, passage in chosen)
        or UNKNOWN[language_of(condensing.parted(question)[0])]
    )


def choose(question: str, passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """`(sentence, passage id)`, the best first; empty if nothing answers the question."""
    question = plain(question)
    stated = statements_of(passages)
    described = [each for each in stated if each.passage.document == DESCRIPTION]
    if described and (spoken := spoken_of(question, described)) is not None:
        wanted = stems(question, language_of(question))
        return [(_said(each, wanted, stated), each.passage.id) for each in spoken]
    own, topic = condensing.parted(question)
    if topic and (words := stems(own, language_of(own))):
        # What the question before asked for must not be taken for what this one asks for.
        named = [each for each in stated if any(share_of(word, _words(each)) for word in words)]
        return _chosen(question, own, passages, named, MOST_SENTENCES) or _chosen(
            own, own, passages, named, MOST_SENTENCES
        )
    first, *further = parts_of(question)
    if not further:
        return _chosen(question, question, passages, stated, MOST_SENTENCES)
    found = _chosen(first, first, passages, stated, MOST_OF_A_PART)
    for part in further:
        alone = condensing.standalone(part, f"user: {first}")
        found += _chosen(alone, part, passages, stated, MOST_OF_A_PART)
    return list(dict.fromkeys(found))


def _words(statement: Statement) -> list[str]:
    return stems(statement.in_full, language_of(statement.in_full))


def _chosen(
    question: str, asked: str, passages: Sequence[Passage], stated: Sequence[Statement], most: int
) -> list[tuple[str, str]]:
    compares = bool(extreme_of(asked) or bound_of(asked))
    evidence = [
        found
        for found in weigh(question, asked, passages, stated)
        if found.score >= (ENOUGH_OF_ROWS if compares and found.statement.kind == "row" else ENOUGH)
    ]
    evidence = _read_again(question, [found for found in evidence if _counts(asked, found.statement, stated)])
    if chart := charts.unread(asked, passages, evidence[0].statement if evidence else None):
        return [chart]
    if not evidence:
        return []
    best = evidence[0]
    for row in _rows(asked, [found.statement for found in evidence]):
        if said := from_table(asked, table_of(row, stated)):
            return [(said, row.passage.id)]
    chosen = [found.statement for found in evidence[:most] if found.score >= BESIDE_THE_BEST * best.score]
    introduced = {each.text for each in chosen if each.text.endswith(":")}
    chosen = [each for each in chosen if each.lead not in introduced]  # said with the sentence that introduces them
    wanted = stems(question, language_of(question))
    return [(_said(each, wanted, stated), each.passage.id) for each in chosen]


def _counts(asked: str, statement: Statement, stated: Sequence[Statement]) -> bool:
    return statement.kind != "row" or counts_what_is_asked(asked, table_of(statement, stated), stated)


def _read_again(question: str, evidence: list[Evidence]) -> list[Evidence]:
    """With the better models, the best English statements in the order in which they answer an English question."""
    reader = cross_encoder()
    if not reader or language_of(question) != "en":
        return evidence
    places = [at for at, each in enumerate(evidence[:READ_AGAIN]) if language_of(each.statement.passage.text) == "en"]
    texts = [f"{evidence[at].statement.passage.document}. {evidence[at].statement.in_full}" for at in places]
    scores = dict(zip(places, reader.scores(question, texts), strict=True))
    ordered = list(evidence)
    for place, best in zip(places, sorted(places, key=lambda at: -scores[at]), strict=True):
        ordered[place] = evidence[best]
    return ordered


def _rows(asked: str, found: Sequence[Statement]) -> list[Statement]:
    """The rows whose tables can answer, best first. What compares rows is asked of a table, not of the text around
    it, unless that says which is the highest."""
    compares = extreme_of(asked) or bound_of(asked)
    if compares and not (extreme_of(asked) and extreme_of(found[0].text)):
        return [each for each in found if each.kind == "row"]
    return [each for each in found[:1] if each.kind == "row"]


def _said(statement: Statement, wanted: Sequence[str], stated: Sequence[Statement]) -> str:
    """As it is quoted: a row with the names of its columns, the sentence that introduces a list with its items."""
    if statement.kind == "row":
        return said_row(statement, wanted)
    if not statement.text.endswith(":"):
        return statement.said
    items = [each.item.rstrip(" ;,") for each in stated if _is_below(each, statement)]
    return f"{statement.text} {'; '.join(items[:MOST_ITEMS])}" if items else statement.text


def _is_below(statement: Statement, lead: Statement) -> bool:
    return statement.passage is lead.passage and statement.lead == lead.text
