"""Words in calls, in English and German, that tell why somebody calls, what is promised and how it ends."""

import re


def _cues(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)


COURTESY = _cues(
    r"thank(?:s| you) for (?:calling|holding|waiting|providing|verifying|contacting|your patience)",
    r"how (?:can|may) (?:i|we) (?:help|assist)",
    r"(?:my name is|this is|i'm|i am) (?:\{|\[|[A-Z][a-z]+[,. ]|calling from)",
    r"(?:good (?:morning|afternoon|evening)|hello|hi there|goodbye|take care|have a (?:great|nice|wonderful|good))",
    r"(?:let me know|(?:don't|do not) hesitate|anything else|(?:happy|glad|pleasure) to (?:help|assist))",
    r"(?:i understand|i apologi[sz]e|i'm (?:so |very )?sorry|i appreciate)",
    r"(?:guten (?:tag|morgen|abend)|hallo|auf wiederhören|auf wiedersehen|tschüss?|schönen tag)",
    r"(?:mein name ist|ich heiße|hier (?:ist|spricht)|wie kann ich (?:ihnen )?(?:helfen|behilflich sein))",
    r"(?:vielen dank für (?:ihren anruf|ihre geduld|die angaben)|(?:noch )?(?:etwas|was) anderes|es tut mir leid)",
)
# What identifies somebody does not belong in a summary.
IDENTITY = _cues(
    r"(?:e-?mail address|password|passcode|one-time|security (?:code|question)|date of birth|verify|verified)",
    r"(?:social security|account number|card number|phone number|the code is|pin\b)",
    r"(?:e-?mail-?adresse|passwort|kennwort|geburtsdatum|sicherheits(?:frage|code)|kundennummer|kontonummer)",
    r"(?:kartennummer|telefonnummer|verifizier|legitimier)",
)
REASON = _cues(
    r"(?:calling|call|reaching out|contacting you) (?:about|because|to|regarding|for|with)",
    r"i (?:want|wanted|need|would like|was hoping) to",
    r"i'd like to",
    r"i (?:have|had|am having|'m having|got) (?:a|an|some) (?:problem|issue|question|trouble|concern|complaint)",
    r"(?:broken|damaged|cracked|defective|faulty|wrong|missing|lost|stolen|locked|overcharged|charged|declined|delayed)",
    r"(?:doesn't|does not|isn't|is not|won't|can't|cannot|hasn't|never) (?:work|arriv|turn|log|access|receiv|show)",
    r"(?:return|refund|cancel|exchange|upgrade|complain)",
    r"(?:ich rufe (?:\w+ )?an|rufe (?:\w+ )?an, weil|es geht um|ich melde mich (?:wegen|weil))",
    r"ich (?:möchte|wollte|würde gerne?|brauche|habe (?:ein|eine|da ein) (?:problem|frage|anliegen|beschwerde))",
    r"(?:defekt|kaputt|beschädigt|falsch|verloren|gestohlen|gesperrt|doppelt abgebucht|abgebucht|verspätet)",
    r"(?:funktioniert (?:\w+ )?nicht|geht (?:\w+ )?nicht|nicht (?:angekommen|erhalten|bekommen|geliefert))",
    r"(?:zurückgeben|zurücksenden|erstattung|kündigen|stornieren|umtauschen|reklamieren|beschweren)",
)
OUTCOME = _cues(
    r"(?:i've|i have|we've|we have) (?:now |just |already |gone ahead and )?(?:processed|sent|updated|cancell?ed|"
    r"refunded|issued|reset|scheduled|booked|ordered|created|escalated|applied|submitted|initiated|arranged|removed|placed|fixed)",
    r"(?:full refund|process (?:a|the|your) (?:full )?(?:refund|return|replacement|exchange)|replacement)",
    r"(?:you (?:will|'ll|should) (?:receive|see|get|be))",
    r"has been (?:processed|sent|cancell?ed|refunded|reset|scheduled)",
    r"(?:unfortunately|we can't|we cannot|i can't|i cannot|unable to|not able to|our policy)",
    r"(?:ich habe|wir haben|habe ich|haben wir)\b.{0,80}\b(?:storniert|veranlasst|geschickt|gesendet|gebucht|erstattet|"
    r"geändert|angelegt|zurückgesetzt|freigeschaltet|bestellt|gekündigt|eingetragen)",
    r"(?:sie (?:erhalten|bekommen)|wird (?:\w+ ){0,6}(?:erstattet|geliefert|zugesandt|ersetzt|storniert)|gutschrift)",
    r"(?:leider (?:kann|können|ist|geht)|nicht möglich)",
)
SETTLED = _cues(
    r"(?:that works|that's (?:great|perfect|wonderful|a relief|fantastic)|sounds (?:good|great|perfect))",
    r"(?:thank you (?:so|very) much|thanks (?:so much|a lot)|really appreciate|you've been (?:a (?:big|great) help))",
    r"(?:(?:it|that)(?:'s| is) (?:working|fixed|resolved|solved)|(?:it|that) works|turned it around|perfect|excellent)",
    r"(?:vielen dank|herzlichen dank|danke (?:schön|ihnen|für)|super|perfekt|prima|wunderbar|das passt)",
    r"(?:jetzt (?:geht|funktioniert|klappt)|hat (?:\w+ )?geholfen|erledigt|gelöst|geklärt)",
)
UNSETTLED = _cues(
    r"(?:still (?:not|doesn't|don't|isn't|can't|hasn't|waiting|no)|not (?:happy|satisfied|acceptable|good enough))",
    r"(?:unacceptable|ridiculous|(?:your|a) (?:manager|supervisor)|file a complaint|take my business|waste of)",
    r"(?:(?:that|this) (?:doesn't|does not|didn't) (?:help|work|solve))",
    r"(?:immer noch (?:nicht|kein)|nicht (?:zufrieden|akzeptabel|gelöst|geholfen)|unverschämt|frechheit)",
    r"(?:vorgesetzt|teamleit|beschwerde einreichen|bringt mir nichts|zeitverschwendung)",
)
PROMISE = _cues(
    r"(?:i'll|i will|we'll|we will|i'm going to|i am going to)"
    r" (?!be |have |make |let |do (?:my|our|everything)|wait|see\b|check\b|look\b|need)\w+",
    r"(?:ich|wir) werden? (?:ihnen |mich |sie |das |die |den |es )?\w+",
    r"(?:ich|wir) (?:schicken?|senden?|veranlassen?|erstatten?|buchen?|bestellen?|prüfen?|leiten?|überweisen?)",
    r"(?:ich melde mich|wir melden uns|ich rufe (?:sie|dich) (?:\w+ )?zurück)",
)
REQUEST = _cues(
    r"(?:please (?!let|know|feel|don't|do not|hold|wait|confirm|provide|bear|allow|call us)\w+|"
    r"you(?:'ll| will)? need to|you (?:should|can|must) (?!receive|see|expect|count|be|also)\w+)",
    r"(?:bitte (?:senden|schicken|bringen|rufen|füllen|überweisen|melden) sie|sie (?:müssen|sollten|können))",
)
FOLLOW_UP = _cues(
    r"(?:call you back|get back to you|follow(?:ing)?[ -]?up|(?:reach out to|contact|e-?mail|notify|update) you)",
    r"(?:call ?back|send you (?:a|an) (?:confirmation|update|e-?mail))",
    r"(?:rückruf|zurückrufen|rufe? (?:sie|ich sie) (?:\w+ )*zurück|meld(?:e|en) (?:mich|uns|ich mich|wir uns))",
    r"(?:nachfass|informier(?:e|en) (?:ich |wir )?sie|bestätigung (?:per|zu)|benachrichtig)",
)
_EN_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DE_DAY = "(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
_NUMBER = r"(?:\d+|one|two|three|five|seven|ten|ein\w*|zwei|drei|fünf|sieben|zehn|a few|wenigen)"
DUE = _cues(
    rf"(?:with)?in (?:the next )?{_NUMBER}(?:\s?(?:-|–|to)\s?\d+)? (?:business |working )?(?:day|hour|week|month)s?\b",
    rf"(?:by|on|until|before) (?:next |this )?(?:{_EN_DAY}|tomorrow|the end of (?:the|this|next) \w+)",
    r"(?:on|by) (?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}\w*",
    r"(?:tomorrow|today|tonight|next week|right away|immediately)\b",
    rf"(?:innerhalb (?:von )?|binnen |in )(?:den nächsten |der nächsten )?{_NUMBER}(?:\s?(?:-|–|bis)\s?\w+)? "
    r"(?:werk|arbeits)?(?:tag|stunde|woche)\w*",
    rf"(?:bis|am) (?:zum |kommenden |nächsten )?(?:{_DE_DAY}|morgen|\d{{1,2}}\.\s?\d{{1,2}}\.?(?:\d{{2,4}})?)",
    r"(?:morgen|heute|nächste woche|sofort|umgehend)\b",
)
