"""Why a person must look at an answer, in the language of its question."""

from collections.abc import Mapping

from answering.text_languages import Language

type Reason = Mapping[Language, str]

EMPTY: Reason = {"en": "The question has no text.", "de": "Die Frage hat keinen Text."}
REFUSED: Reason = {
    "en": "The guardrail withholds this question. Answer it yourself.",
    "de": "Der Guardrail hält diese Frage zurück. Beantworten Sie sie selbst.",
}
NOTHING_FOUND: Reason = {
    "en": "No evidence was found: no passage that you may read is about this.",
    "de": "Es wurde kein Beleg gefunden: Keine Passage, die Sie lesen dürfen, handelt davon.",
}
NOTHING_SAID: Reason = {
    "en": "No evidence was found: the passages found do not answer this.",
    "de": "Es wurde kein Beleg gefunden: Die gefundenen Passagen beantworten das nicht.",
}
WITHHELD: Reason = {
    "en": "A sentence of the answer was withheld, because it did not pass the checks against its passages.",
    "de": "Ein Satz der Antwort wurde zurückgehalten, weil er die Prüfung an seinen Passagen nicht bestand.",
}
PLANNED: Reason = {
    "en": "The passages speak of a plan or a draft, not of what is so today.",
    "de": "Die Passagen sprechen von einem Plan oder Entwurf, nicht von dem, was heute gilt.",
}
OF_OTHERS: Reason = {
    "en": "The passages may speak of another product, company or time.",
    "de": "Die Passagen sprechen vielleicht von einem anderen Produkt, Unternehmen oder einer anderen Zeit.",
}
DENIED: Reason = {
    "en": "The passages deny what this answer says, or the other way round.",
    "de": "Die Passagen verneinen, was diese Antwort sagt, oder umgekehrt.",
}
UNSUPPORTED: Reason = {
    "en": "No passage says “{}”.",
    "de": "Keine Passage sagt „{}“.",
}
NOT_NAMED: Reason = {"en": "The passages do not name {}.", "de": "Die Passagen nennen {} nicht."}
LOW: Reason = {
    "en": "The passages support this answer only weakly.",
    "de": "Die Passagen stützen diese Antwort nur schwach.",
}
SENSITIVE: Reason = {
    "en": "It is about {}; a person must confirm the answer.",
    "de": "Es geht um {}; eine Person muss die Antwort bestätigen.",
}
CONTRADICTING: Reason = {
    "en": "The sources contradict each other: {} and {}.",
    "de": "Die Quellen widersprechen einander: {} und {}.",
}
EXISTING_CONTRADICTED: Reason = {
    "en": "The documents contradict the answer that was already there: {}",
    "de": "Die Dokumente widersprechen der Antwort, die schon da war: {}",
}
NO_OPTION: Reason = {
    "en": "The model gave none of the allowed values.",
    "de": "Das Modell gab keinen der erlaubten Werte.",
}
NOT_READABLE: Reason = {
    "en": "The model gave no {}.",
    "de": "Das Modell gab {}.",
}
KINDS: Mapping[str, Reason] = {
    "number": {"en": "number that can be read", "de": "keine lesbare Zahl"},
    "date": {"en": "date that can be read", "de": "kein lesbares Datum"},
}
NO_ROOM: Reason = {
    "en": "No sentence of the answer fits into {} characters.",
    "de": "Kein Satz der Antwort passt in {} Zeichen.",
}
STALE: Reason = {
    "en": "The approved answer that was used is stale: {}",
    "de": "Die freigegebene Antwort, die benutzt wurde, ist veraltet: {}",
}
APPROVED: Reason = {
    "en": "Approved by {} on {}.",
    "de": "Freigegeben von {} am {}.",
}
