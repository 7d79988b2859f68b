"""Arguments that a judge must not hear: in another language than the document, or telling the judge what to answer."""

import re

from debating.arguments import Argument
from debating.verdicts import Reason
from docent.model_instructions import tells_a_model
from docent.text_language import clear_language_of

_QUOTE = re.compile(r"<(?P<tag>[vu]_quote)>.*?</(?P=tag)>", re.DOTALL)
# That an answer is the right one may be said in any words; what the judge is to write, or must do, may not.
_TELLS_A_JUDGE = re.compile(
    r"^\W*(?:final\s)?(?:answer|verdict)\s*:\s*\W*(?:(?:answer|debater)\s)?[AB]\b"
    r"|\b(?:you|the\sjudge)\s(?:must|have\sto|has\sto|(?:are|is)\s(?:required|instructed|ordered|told)\sto)\s"
    r"(?:now\s|only\s|always\s)?(?:vote|choose|select|pick|answer|decide|output|write|say|reply|respond)\b"
    r"|\b(?:ignore|disregard|forget)\s(?:\w+\s){0,3}(?:other|opposing|opponent['’]?s?)\b"
    r"|\b(?:sie|du|der\srichter)\s(?:müssen|musst|muss)\b[^.!?]{0,40}\b(?:wählen|antworten|entscheiden|schreiben|ausgeben)\b"
    r"|\b(?:ignorieren?|missachten?|vergiss|vergessen)\s(?:sie\s)?(?:\w+\s){0,3}(?:andere\w*|gegnerische\w*)\b",
    re.IGNORECASE | re.MULTILINE,
)


def why_unfit(argument: Argument, language: str) -> Reason | None:
    """`language` is the document's (ISO 639-1), empty where it is in doubt. What is quoted is not the speaker's."""
    own = _QUOTE.sub(" ", argument.text)
    if tells_a_model(own) or _TELLS_A_JUDGE.search(own):
        return "instructs_the_judge"
    written = clear_language_of(own)
    return "other_language" if language and written and written != language else None
