"""Questions that bind the company: whatever the answer, a person must confirm it."""

import re
from collections.abc import Mapping

from answering.text_languages import Language

# By topic: its name in each language, and the words that tell it, in both languages.
_TOPICS: Mapping[str, tuple[Mapping[Language, str], str]] = {
    "prices": (
        {"en": "prices", "de": "Preise"},
        r"pric(?:e|es|ing)|costs?|fees?|charges?|discounts?|rates?\s?cards?|hourly\srates?|licen[sc]e\scosts?|budgets?|invoic\w+"
        r"|payments?\sterms|preis\w*|kost(?:en|et)\w*|gebühr\w*|rabatt\w*|stundens(?:atz|ätze)\w*|tagess(?:atz|ätze)\w*|vergütung\w*"
        r"|zahlungs(?:bedingung|ziel)\w*|\w+(?:preis|preise|kosten)",
    ),
    "law": (
        {"en": "contracts or the law", "de": "Verträge oder Recht"},
        r"contracts?|contractual\w*|agreements?|legal\w*|lawsuits?|litigation|liab\w+|indemni\w+|warrant(?:y|ies)|insur\w+"
        r"|penalt(?:y|ies)|jurisdiction|governing\slaw|arbitration|terms\sand\sconditions|intellectual\sproperty|dpa|sla|slas"
        r"|service\slevels?|gdpr|audit\srights?|escrow|terminat(?:e|ion)|breach(?:es)?|ndas?"
        r"|vertr(?:ag|äge)\w*|vertraglich\w*|vereinbarung\w*|recht(?:e|lich\w*|sstreit\w*)|haft(?:ung|et|en)\w*|gewährleistung\w*"
        r"|garantie\w*|versicher\w+|vertragsstrafe\w*|gerichtsstand|schadens?ersatz|avv|dsgvo|agb|geistiges\seigentum"
        r"|\w+(?:vertrag|vertrages|vertrags|verträge|vereinbarung|haftung|versicherung)",
    ),
    "notice": (
        {"en": "notice periods", "de": "Fristen"},
        r"notice\speriods?|periods?\sof\snotice|notif(?:y|ied|ication|ications)|within\show\s(?:many|long)|deadlines?|days['’]?\snotice"
        r"|frist(?:en)?|\w+frist(?:en)?|kündig\w+|benachrichtig\w+|meldepflicht\w*",
    ),
    "certifications": (
        {"en": "certifications", "de": "Zertifizierungen"},
        r"certif\w+|accredit\w+|attest\w+|iso(?:/iec)?[\s-]?\d{3,5}|soc[\s-]?[123]|pci(?:[\s-]?dss)?|hipaa|fedramp|hitrust|tisax"
        r"|c5|bsi|cyber\sessentials|complian(?:t|ce)\swith|zertifi\w+|zertifikat\w*|akkreditier\w+|testat\w*",
    ),
    "people": (
        {"en": "named people", "de": "namentlich genannte Personen"},
        r"names?\s(?:of|and)\b.{0,60}\b(?:person\w*|officers?|contacts?|managers?|members?|ceo|ciso|dpo|responsible)|who\s(?:is|are)"
        r"|contact\s(?:person|details|name)|c[ei]o|ciso|dpo|data\sprotection\sofficer|references?|referees?|key\spersonnel|resum[eé]s?|cvs?"
        r"|wer\s(?:ist|sind)|ansprechpartner\w*|kontaktperson\w*|datenschutzbeauftragt\w+|geschäftsführ\w+|referenz(?:en|kunden)?"
        r"|lebensl(?:auf|äufe)|name\s(?:des|der)|informationssicherheitsbeauftragt\w+",
    ),
    "AI": (
        {"en": "the company's own use of AI", "de": "den eigenen Einsatz von KI"},
        r"ai|a\.i\.|artificial\sintelligence|machine[\s-]learning|llms?|large\slanguage\smodels?|generative|chat-?\s?bots?|chatgpt"
        r"|automated\sdecisions?|ki|künstliche\w*\sintelligenz|maschinelle\w*\slernen\w*|sprachmodell\w*|ki-\w+"
        r"|automatisierte\w*\sentscheidung\w*",
    ),
}
_PATTERNS = {topic: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for topic, (_, words) in _TOPICS.items()}


def words_of_setting(setting: str) -> tuple[str, ...]:
    """Of SENSITIVE_WORDS: words apart by commas, which add to those here, or `-` for none."""
    return tuple(word.strip() for word in setting.split(",") if word.strip() not in ("", "-"))


def topics_of(text: str, words: tuple[str, ...], language: Language) -> list[str]:
    """What a text is about that is sensitive, as it is named to people: a topic, or one of the words of one's own."""
    found = [_TOPICS[topic][0][language] for topic, pattern in _PATTERNS.items() if pattern.search(text)]
    own = [word for word in words if re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE)]
    return found + [f"“{word}”" if language == "en" else f"„{word}“" for word in own]
