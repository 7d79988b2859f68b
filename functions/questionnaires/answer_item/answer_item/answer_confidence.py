"""How sure an answer is: from what was found, how its sentences rest on it, and whether its passages agree.

The thresholds are those at which at least 95 % of the answers marked high were right:
benchmarks/confidence.
"""

from collections.abc import Mapping, Sequence

from answering.asked_words import asked_words
from answering.passage_support import share_of, weights_of, words_of
from answering.retrieved_passages import Passage
from answering.sentence_checks import Sentence
from answering.statement_bearing import Statement, codes_in, denies, is_planned, source_of, statements_of
from answering.text_languages import language_of

from .company_text import KEY

# Of the question's words in what is cited; of a sentence's words in what it cites.
COVERED, COVERED_WELL = 0.4, 0.75
# A company's description is written for such questions and is there as a whole: what answers them best is in it, often
# in other words. So less of the question has to be in a sentence that no other one is closer to.
COVERED_BY_DESCRIPTION = 0.15
RESTS, RESTS_WELL = 0.6, 0.8
LEVELS = ("none", "low", "medium", "high")


def least(*levels: str) -> str:
    return min(levels, key=LEVELS.index)


def sources_of(sentence: Sentence, passages: Sequence[Passage]) -> list[Passage]:
    return [passages[number - 1] for number in sentence.cited]


def evidence_of(sentences: Sequence[Sentence], passages: Sequence[Passage]) -> list[Statement]:
    """The sentences of passages that an answer rests on, each once."""
    found = (source_of(sentence.words, sources_of(sentence, passages)) for sentence in sentences)
    return list(dict.fromkeys(statement for statement in found if statement))


def overstates(sentence: Sentence, passages: Sequence[Passage]) -> bool:
    """Whether it tells as a fact what its source plans or drafts, or says what its source denies."""
    source = source_of(sentence.words, sources_of(sentence, passages))
    if not source:
        return False
    if source.is_planned and not is_planned(sentence.words):
        return True
    told, stands = language_of(sentence.words), language_of(source.words)
    is_same_language = not (told and stands and told != stands)
    return is_same_language and denies(source.words, sentence.words) and not denies(sentence.words, sentence.words)


def confidence_of(
    question: str, sentences: Sequence[Sentence], passages: Sequence[Passage], withheld: int, is_closed: bool = False
) -> str:
    """Of an answer in free text, before what contradicts it. `is_closed` is a question for yes or no."""
    if not sentences:
        return "none"
    cited = [passage for sentence in sentences for passage in sources_of(sentence, passages)]
    text = "\n".join(passage.ground for passage in cited)
    asked = asked_words(question)
    evidence = evidence_of(sentences, passages)
    # Not of the whole passages: their other sentences may be about something else.
    said = "\n".join(f"{each.passage.file_name}\n{each.in_full}" for each in evidence)
    weights = weights_of(asked, passages)
    covered = share_of(asked, said, weights)
    named = codes_in(question) <= codes_in(text)
    levels = [_level_of(sentence, passages) for sentence in sentences]
    if _is_across(question, text):
        levels.append("medium" if covered else "low")
    elif covered < COVERED or not named:
        is_near = not is_closed and named and covered >= COVERED_BY_DESCRIPTION
        levels.append("medium" if is_near and _is_nearest(covered, weights, cited, passages) else "low")
    elif covered < COVERED_WELL or withheld:
        levels.append("medium")
    if any(each.is_planned or each.is_of_others for each in evidence):
        levels.append("medium")
    return least("high", *levels)


def _level_of(sentence: Sentence, passages: Sequence[Passage]) -> str:
    cited = sources_of(sentence, passages)
    if any(passage.left_out for passage in cited):
        return "low"
    text = "\n".join(passage.ground for passage in cited)
    score = max((passage.score for passage in cited), default=1)
    rests = share_of(words_of(sentence.words), text)
    # An index tells a score of its own; that of a part of a description is what it covers, which is weighed elsewhere.
    if (score == 1 and not _is_described(cited)) or (rests < RESTS and not _is_across(sentence.words, text)):
        return "low"
    return "high" if rests >= RESTS_WELL and not sentence.is_given else "medium"


def _is_nearest(
    covered: float, weights: Mapping[str, float], cited: Sequence[Passage], passages: Sequence[Passage]
) -> bool:
    """Whether all is from the description, and none of its sentences covers more of the question."""
    described = [passage for passage in passages if passage.key == KEY]
    return _is_described(cited) and all(
        share_of(weights, each.in_full, weights) <= covered for passage in described for each in statements_of(passage)
    )


def _is_described(passages: Sequence[Passage]) -> bool:
    return all(passage.key == KEY for passage in passages)


def _is_across(one: str, other: str) -> bool:
    told, stands = language_of(one), language_of(other)
    return bool(told and stands and told != stands)
