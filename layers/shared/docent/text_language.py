"""The language of a text where nobody says it: by its script, and by the words that hold others together.

It decides whether a guardrail knows the language of a text, and whether a summary is in the language that it was asked
for. So a text whose language is not certain gets none.
"""

import re
import unicodedata
from collections import Counter

UNKNOWN = "?"
_ENOUGH = 12  # words without one that is known
_CLEAR = 5  # words of a language, and twice as many as of the next
_SCRIPTS = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "LATIN": "",
}
# Frequent in one of these languages and absent from the others.
_WORDS = {
    "en": "the of and is was that with for this they have from their will would been were which she you",
    "de": "der die und ist das nicht eine einen mit auf für dem sich wird wurde den auch nach bei oder",
    "fr": "le les des est une dans qui pour pas sur du au avec ce il elle sont été cette vous",
    "es": "el los las del y en por una para con es se lo como más pero su fue al está",
    "it": "il gli della che di è non per una sono nel alla dei questo ha delle ma anche è stato",
    "pt": "o os da do não uma em no na dos das ao pelo pela foi mais você são que está",
    "nl": "het een van niet zijn voor met dat deze wordt werd naar ook aan bij maar heeft hij klant",
    "pl": "nie się na jest że do jak to w z przez został była klient oraz dla",
    "sv": "och att det som är inte en för med av på har kunden till ett den",
    "tr": "ve bir bu için ile olarak müşteri değil da de daha sonra olan",
}
_LANGUAGE_OF: dict[str, set[str]] = {}
for _language, _words in _WORDS.items():
    for _word in _words.split():
        _LANGUAGE_OF.setdefault(_word, set()).add(_language)
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """ISO 639-1; empty where the text is too short to tell, `UNKNOWN` where it is long and none of these."""
    script = _script_of(text)
    if script != "LATIN":
        return _SCRIPTS.get(script, UNKNOWN) if script else ""
    if votes := _votes(text):
        return votes.most_common(1)[0][0]
    return UNKNOWN if len(_WORD.findall(text)) >= _ENOUGH else ""


def clear_language_of(text: str) -> str:
    """ISO 639-1 where the words leave no doubt; empty for a short text, and for one in several languages."""
    script = _script_of(text)
    if script != "LATIN":
        return _SCRIPTS.get(script, "")
    (first, most), (_, next_most) = [*_votes(text).most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= max(_CLEAR, 2 * next_most) else ""


def _votes(text: str) -> Counter[str]:
    """How many words of a text are of one of the languages and of no other."""
    words = (word.casefold() for word in _WORD.findall(text))
    return Counter(language for word in words if len(found := _LANGUAGE_OF.get(word, set())) == 1 for language in found)


def _script_of(text: str) -> str:
    """That of most of its letters; Japanese where there is any kana. Empty without letters."""
    scripts = Counter(unicodedata.name(letter, "?").split()[0] for letter in text[:2000] if letter.isalpha())
    if scripts["HIRAGANA"] + scripts["KATAKANA"]:
        return "HIRAGANA"
    return scripts.most_common(1)[0][0] if scripts else ""
