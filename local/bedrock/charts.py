"""Images whose values are drawn and not written: a chart without numbers at its bars. Only a model that sees can
read them, and the answer says so."""

import re
from collections.abc import Sequence

from local.bedrock.asking import asks_for_amount, extreme_of
from local.bedrock.describing import is_described, without_description
from local.bedrock.prompt import Passage
from local.bedrock.statements import Statement
from local.bedrock.words import Language, language_of, share_of, stems

_COVERED = 0.5  # the share of the question's words that the image has to have
_VALUE = re.compile(r"[^\W\d_]{2,}.*\d|\d.*[^\W\d_]{2,}")  # a number beside a word; numbers of an axis stand alone
# In words of the description, so that the passage supports them.
_NEEDS_SIGHT: dict[Language, str] = {
    "en": "{title}: probably a chart or drawing without written values; only a language model that sees can read them.",
    "de": "{title}: wahrscheinlich ein Diagramm oder eine Zeichnung ohne geschriebene Werte; "
    "nur ein Sprachmodell, das sieht, kann sie ablesen.",
}


def unread(question: str, passages: Sequence[Passage], best: Statement | None) -> tuple[str, str] | None:
    """What is said of the image that shows what the question asks for, and its passage; None if there is none, or a
    sentence states a number."""
    if not (asks_for_amount(question) or extreme_of(question)):
        return None
    if best and re.search(r"\d", best.text) and best.kind != "heading":
        return None
    language = language_of(question)
    wanted = set(stems(question, language))
    for passage in passages:
        if is_described(passage.text) and _has_no_values(passage.text):
            words = stems(f"{passage.heading} {passage.text}", language)
            if wanted and sum(share_of(word, words) for word in wanted) >= _COVERED * len(wanted):
                return _NEEDS_SIGHT[language].format(title=_title(passage)), passage.id
    return None


def _has_no_values(text: str) -> bool:
    return not any(_VALUE.search(line) for line in without_description(text).splitlines()[1:])


def _title(passage: Passage) -> str:
    lines = [line.strip() for line in without_description(passage.text).splitlines() if line.strip()]
    return (lines[0] if lines else passage.heading or passage.document).rstrip(".:")
