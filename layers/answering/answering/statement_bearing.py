"""What a sentence is as evidence, decided by its words: whether it denies, speaks of a plan, or of something else.

"We plan to support SAML" and "SAML is not supported" share their words with "SAML is supported". Where the words leave
it open, it counts as the weaker evidence: then a person looks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .passage_support import share_of, words_of
from .retrieved_passages import Passage

_DENIES = re.compile(
    r"\b(?:not(?!\sonly\b|\slimited\sto\b)|cannot|never|none|neither|nor|without|lacks?|lacking|unable|absent|unsupported"
    r"|no(?!\.|\s(?:later|longer\sthan|more\sthan|less\sthan|fewer\sthan|additional|extra|matter|doubt|one\selse)\b))\b"
    r"|\b\w+n['’]t\b"
    r"|\b(?:nicht(?!\snur\b)|kein\w{0,2}|nie|niemals|weder|ohne|fehlt|fehlen)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:plans?\sto|planned|planning\sto|we\splan(?!\sand\b)|intends?|intended\sto|intention|road-?maps?|drafts?|drafted|proposed"
    r"|propos(?:al|es?)|upcoming|forthcoming|aims?\sto|aiming\sto|hopes?\sto|considering|evaluating|exploring|investigating"
    r"|under\s(?:development|construction|evaluation|consideration|discussion)|in\s(?:development|preparation|progress|draft)"
    r"|work(?:ing)?\s(?:on|towards?)|pursuing|preparing|scheduled|expected|expects?\sto|targeted|to\sbe\s(?:introduced|added"
    r"|released|implemented|completed|determined)|not\syet|coming\ssoon|pilot(?:ing|ed)?|beta|tbd|future|next\s(?:year|quarter"
    r"|release|version)|backlog|would|could|might)\b"
    r"|\b(?:geplant\w*|planen|planung|vorgesehen|entwurf\w*|entwürfe|beabsichtig\w*|künftig\w*|zukünftig\w*|zukunft"
    r"|in\s(?:arbeit|vorbereitung|entwicklung|planung)|vorschlag|vorgeschlagen\w*|angestrebt\w*|anstreben|streben|noch\snicht"
    r"|nächste[nsm]?\s(?:jahr|quartal|version)|wollen|möchten|pilot\w*|soll(?:en|te|ten)?\s[^.]{0,80}\bwerden|prüfen\swir"
    r"|wir\sprüfen|würde\w*|könnte\w*)\b",
    re.IGNORECASE,
)
# Policies tell with these what is so, announcements what will be.
_EXPECTED = re.compile(
    r"\b(?:will|shall|should|must|may|wird\s[^.]{0,80}\b(?:ein|an)?ge\w+t\b|werden|sollten?|muss|müssen|template|example"
    r"|for\sexample|beispiel\w*|vorlage)\b|\[\[",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:competitors?|other\s(?:products?|vendors?|companies|providers?|services)|another\s(?:product|vendor|company"
    r"|provider|service)|legacy|predecessor|discontinued|deprecated|formerly|previously|in\sthe\spast|used\sto"
    r"|(?:customers?|clients?)\s(?:can|may|must|should|are\sresponsible|use)|responsibility\sof\s(?:the\s)?(?:customer|client)"
    r"|industry\s(?:standard|practice)|many\s(?:companies|vendors|organi[sz]ations)"
    r"|wettbewerb\w*|andere[nsr]?\s(?:produkte?|anbieter\w*|unternehmen|dienste?)|vorgänger\w*|eingestellt\w*|abgekündigt\w*"
    r"|früher|ehemal\w*|kund(?:e|en)\s(?:können|kann|müssen|muss)|branchenüblich\w*)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;,:]\s|\s[–—-]\s|\b(?:but|while|whereas|although|however|aber|sondern|während|obwohl|jedoch)\b")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”“»)*_]*\s+(?=\S)|\n+")
_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s")
# Codes and acronyms, such as SAML, FedRAMP, ISO or 2FA: what is true of one is not of another.
_CODE = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z]|\w*\d\w*[A-Z]|\w*[A-Z]\w*\d)[A-Za-z]\w+\b|\b\d+[A-Z]\w*\b")
_NAME = re.compile(r"(?<![.!?:\n]\s)(?<=\w[\s,])[A-Z][a-zäöüß]+(?:\s[A-Z][a-zäöüß]+)*\b")

type Polarity = Literal["says", "denies"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a passage. `lead` are the words it stands below: its heading, and what introduces its list."""

    words: str
    lead: str
    passage: Passage

    @property
    def in_full(self) -> str:
        return f"{self.lead}\n{self.words}".strip()

    @property
    def is_planned(self) -> bool:
        return bool(_PLANNED.search(self.in_full) or _PLANNED.search(self.passage.file_name))

    @property
    def is_expected(self) -> bool:
        """Whether it may tell what will be or has to be, and not what is."""
        return bool(_EXPECTED.search(self.words))

    @property
    def is_of_others(self) -> bool:
        return bool(_OTHERS.search(self.in_full) or _OTHERS.search(self.passage.file_name))

    def denies(self, question: str) -> bool:
        return denies(self.words, question)


def statements_of(passage: Passage) -> Iterator[Statement]:
    lead = ""
    for written in _SENTENCE.split(passage.body):
        words = written.strip()
        if not re.search(r"\w", words):
            continue
        is_item = bool(_BULLET.match(words))
        if not is_item and lead and re.search(r"[.!?]$", words):
            lead = ""
        yield Statement(words, f"{passage.heading}\n{lead}".strip(), passage)
        if words.endswith(":"):
            lead = words


def source_of(sentence: str, passages: Sequence[Passage]) -> Statement | None:
    """The sentence of these passages that shares most words with a sentence of an answer."""
    said = words_of(sentence)
    stated = [statement for passage in passages for statement in statements_of(passage)]
    return max(stated, key=lambda each: (share_of(said, each.words), -len(each.words)), default=None)


def is_planned(text: str) -> bool:
    return bool(_PLANNED.search(text))


def denies(text: str, question: str) -> bool:
    """Whether it denies something of what a question is about. A text without any of its words denies as a whole."""
    asked = words_of(question)
    clauses = _CLAUSE.split(text)
    about = [clause for clause in clauses if share_of(asked, clause)] or clauses
    return any(_DENIES.search(clause) for clause in about)


def codes_in(text: str) -> set[str]:
    return set(_CODE.findall(text))


def names_in(text: str) -> set[str]:
    """Proper names as English writes them, those at a sentence's beginning left out."""
    return set(_NAME.findall(text))
