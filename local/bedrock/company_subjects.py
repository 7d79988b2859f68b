"""What questionnaires ask of a company, and how its description speaks of it.

"What is your pricing model?" shares no word with "We bill by the hour". A language model knows that one answers the
other; the extractive engine has it from this table.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """`asked` is how a question names it; `said` is how a description speaks of it, the surest words first; `examples`
    are sentences of descriptions."""

    asked: re.Pattern[str]
    said: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]


def _subject(asked: str, *said: str, examples: tuple[str, ...] = ()) -> Subject:
    return Subject(_words(asked), tuple(_words(each) for each in said), examples)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE | re.VERBOSE)


_TOOLS = (
    r"jira | confluence | trello | asana | basecamp | monday\.com | azure\sdevops | ms\sproject"
    r" | microsoft\sproject"
)
_NUMBER = (
    r"\d[\d.,]* | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | fifteen"
    r" | twenty | thirty | forty"
    r" | fifty | hundred"
)
SUBJECTS = (
    _subject(
        r"(?:(?:core|key|main|technical|technological|technische\w*)\s)*(?:capabilit\w+ | competenc\w+"
        r" | expertise | skills?"
        r" | know-how | fähigkeiten | kompetenzen | fachwissen)",
        r"capabilit\w+ | competen\w+ | expertise | experts?\sin | proficien\w+ | skill(?:s|ed) | experienced\sin"
        r" | speciali[sz]\w+ | kompeten\w+ | erfahren\sin | spezialisiert\w* | fachwissen",
        r"builds? | develops? | engineers? | designs? | technolog\w+ | offers? | delivers? | entwickelt"
        r" | entwickeln | bietet | bieten",
        examples=(
            "Our engineers are experts in software development and cloud technologies.",
            "We specialise in data analytics and machine learning.",
            "We design and build custom applications.",
        ),
    ),
    _subject(
        r"(?:which|what)\s(?:\w+\s)?services | services?\s(?:do|does|you|offered)"
        r" | (?:range|list|portfolio)\sof\sservices"
        r" | what\s(?:does|do)\s(?:your|the)\s(?:company|firm|organi[sz]ation)\sdo | leistungen | dienstleistungen",
        r"(?:our|its)\sservices | services?\s(?:include|range|span|cover|comprise)\w*"
        r" | unsere\s(?:dienst)?leistungen",
        r"offers? | provides? | delivers? | builds? | develops? | tests | advis\w+ | speciali[sz]\w+ | bietet"
        r" | bieten | entwickelt",
    ),
    _subject(
        r"(?:(?:data|information|cyber|it)[\s-])?(?:security | privacy | protection) | secure | securely"
        r" | (?:protect | safeguard)\w*(?:\s\w+){0,2}\s(?:data | information) | (?:daten"
        r" | informations)?sicherheit | datenschutz\w*",
        r"encrypt\w* | tls | ssl | aes | gdpr | hipaa | iso(?:/iec)?\s?27\d\d\d | soc\s?[12] | least\sprivilege"
        r" | threat\smodel\w*"
        r" | firewalls? | penetration\stest\w* | vulnerabilit\w+ | multi-?factor | two-?factor | second\sfactor"
        r" | role-?based"
        r" | access\scontrols? | zero[\s-]trust | privacy"
        r" | security\s(?:audits?|reviews?|tests?|measures?|program\w*|team|standards?)"
        r" | data\sprotection | verschlüssel\w+ | dsgvo | datenschutz\w* | zugriffsrecht\w*",
        r"secur\w+ | confidential\w* | sicherheit\w*",
        examples=(
            "All data is encrypted and access is restricted.",
            "We comply with the GDPR and ISO 27001 to protect privacy.",
            "Security audits and penetration tests take place every year.",
        ),
    ),
    _subject(
        r"case\sstud\w+ | success\sstor\w+ | (?:similar | past | previous | comparable | relevant | recent"
        r" | completed)\s"
        r"(?:projects? | work | engagements?) | examples?\sof\s(?:\w+\s){0,3}(?:projects? | work) | track\srecord"
        r" | fallstudien? | (?:vergleichbare\w* | ähnliche\w* | frühere\w*)\sprojekte\w*",
        r"case\sstud\w+ | success\sstor\w+ | (?:recent | past | previous | notable"
        r" | successful\w*)\s(?:\w+\s)?projects?"
        r" | fallstudien?",
        r"for\s(?:a|an|the|one)\s[^.]{3,60},?\swe\s\w+ | we\s(?:\w+\s)?(?:built | rebuilt | delivered | moved"
        r" | migrated | helped | implemented"
        r" | developed | designed | modernised | modernized | completed | launched | automated)"
        r" | have\s(?:built | delivered | moved"
        r" | migrated | helped | implemented | developed | completed | modernised | modernized) | projekte?\sfür",
        examples=(
            "For a client in retail we built a system that reduced costs by 20 percent.",
            "In a recent project a bank moved its applications to the cloud.",
            "A hospital now saves hours each week with our solution.",
        ),
    ),
    _subject(
        r"project[\s-]management(?:\s(?:tools? | software | methods? | methodolog\w+ | approach | practices?))?"
        r" | manage\w*\s(?:\w+\s)?projects?"
        r" | projektmanagement\w* | projekte?\s(?:steuern|verwalten|planen)"
        r" | steuern\s(?:sie\s)?(?:ihre\s)?projekte",
        rf"{_TOOLS} | kanban | scrum | sprints? | agile | prince2 | project\smanage\w+"
        rf" | manage\w*\s(?:\w+\s)?projects? | slack"
        r" | projektmanagement\w* | projekte\ssteuern\swir",
        examples=(
            "Projects are managed with Jira, Trello or Asana.",
            "Our teams work in sprints and report progress every week.",
        ),
    ),
    _subject(
        r"(?:(?:customer | technical | ongoing | after-sales)\s)*(?:support | maintenance)(?:\s(?:services?"
        r" | options? | plans? | levels? | model"
        r" | contracts?))? | wartung | kundendienst | kundenbetreuung",
        r"(?:customer | technical | telephone | phone | e-?mail | dedicated | premium | 24/7 | ongoing | of"
        r" | offers? | provides?)\s(?:\w+\s)?support"
        r" | supported\sby | support\s(?:team | desk | staff | is | packages? | plans? | and) | maintenance"
        r" | help\s?desk | service\s?desk"
        r" | 24/7 | around\sthe\sclock | patch\w* | hotline | wartung\w* | kundendienst | kundenbetreuung",
        examples=(
            "Our support team answers the hotline around the clock.",
            "Maintenance, updates and bug fixes are provided after launch.",
        ),
    ),
    _subject(
        r"pric(?:e|es|ing)(?:\s(?:model | structure | approach | plans? | options?))? | fees? | rates?"
        r" | billing | bill | charge"
        r" | (?:cost | fee | payment)\s(?:model | structure) | preis(?:e|modell|gestaltung)\w* | kostenmodell"
        r" | rechnen\ssie\sab | abrechnung\w*",
        r"pric(?:e|es|ed|ing) | fees? | time[\s-]and[\s-]materials? | subscriptions? | fixed[\s-]price\w*"
        r" | pay[\s-](?:as|per)\w* | hourly\srates?"
        r" | licen[sc]e\sfees? | tariffs? | bill(?:ed|ing)? | charged? | preise? | abgerechnet | abrechnung"
        r" | festpreis\w* | gebühr\w*",
        examples=(
            "We charge a fixed price or an hourly rate.",
            "Prices depend on the number of users and are billed every month.",
        ),
    ),
    _subject(
        r"(?:(?:client | customer)\s)?(?:references? | referees? | testimonials?)(?:\sfrom(?:\s\w+){1,3})?"
        r" | referenz(?:en|kunden)?",
        r"references? | referees? | testimonials? | recommend(?:s|ed|ations?) | (?:clients?"
        r" | customers?)\s(?:\w+\s){0,6}(?:happy | glad | willing"
        r" | pleased)\sto | referenz\w*",
        r"(?:clients? | customers?)\s(?:include | such\sas | are | range) | trusted\sby | (?:schulen | kunden"
        r" | unternehmen)\s.{0,60}\barbeiten\smit",
        examples=(
            "Our clients are happy to recommend us.",
            "References from former customers are available on request.",
        ),
    ),
    _subject(
        r"scal(?:e|es|ed|ing|able|ability)(?:\s(?:up | out))? | (?:handle | cope\swith"
        r" | accommodate)\s(?:\w+\s){0,2}(?:growth | load | demand)"
        r" | skalier\w+",
        r"scal(?:e|es|ed|ing|able|ability) | auto-?scal\w+ | elastic\w* | load\sbalanc\w+ | serverless"
        r" | (?:grows?|shrinks?)\s(?:\w+\s){0,4}with"
        r" | skalier\w+ | lastverteil\w+",
        examples=(
            "The system scales automatically with the load and adds servers when traffic grows.",
            "Capacity grows with demand.",
        ),
    ),
    _subject(
        r"back(?:ing|ed)?[\s-]?ups? | (?:disaster[\s-])?recover(?:y|ed|ing)? | restor\w+ | business\scontinuity"
        r" | datensicherung\w* | wiederherstell\w+ | notfallwiederherstell\w+",
        r"back(?:s|ed|ing)?[\s-]?ups? | recover(?:y|ed|s)? | restor(?:e|es|ed|ing|ation) | replicat\w+"
        r" | failover | snapshots? | rpo | rto"
        r" | datensicherung\w* | gesichert | wiederherstell\w+ | replizier\w+",
        examples=(
            "Backups are made every night and can be restored within hours.",
            "Copies of the data are kept in a second region for disaster recovery.",
        ),
    ),
    _subject(
        r"how\s(?:large | big)\s(?:is | are)(?:\s\w+){0,2} | (?:number\sof"
        r" | how\smany)\s(?:\w+\s){0,2}(?:people | employees | staff"
        r" | engineers | developers | consultants)(?:\s(?:does|do)\s(?:\w+\s){1,2}(?:employ | have))?"
        r" | (?:company | team)\ssize | headcount"
        r" | size\sof\s(?:your|the)\s(?:company | team | firm | organi[sz]ation) | wie\sgroß\sist"
        r" | wie\sviele\s(?:mitarbeit\w+ | beschäftigte\w* | personen)",
        rf"(?:{_NUMBER})\+?\s(?:\w+[\s-]){{0,3}}(?:employees | people | staff | colleagues | specialists"
        rf" | professionals | experts | engineers | consultants"
        r" | developers) | \d+-strong | workforce\sof | employs?\s(?:\w+\s){0,3}\d[\d.,]*"
        r" | team\sof\s(?:\w+\s){0,2}\d+ | \d+\s(?:mitarbeit\w+ | beschäftigte\w* | fachleut\w+ | personen)",
        examples=(
            "We have 200 employees.",
            "Our team consists of 25 people.",
        ),
    ),
    _subject(
        r"where\s(?:is | are)\s(?:your | the)\s(?:\w+\s)?(?:company | firm | organi[sz]ation | headquarters"
        r" | offices? | sites? | team)"
        r"(?:\s(?:located | based | headquartered))? | (?:office\s)?locations? | headquarters | offices"
        r" | wo\s(?:hat | ist | sitzt | liegt | sind)"
        r"\s(?:ihr\w*\s)?(?:unternehmen | firma | standorte?|büros?)?(?:\s(?:seinen | ihren)\ssitz)?"
        r" | firmensitz | standorte?",
        r"based\sin | headquarter\w* | located\sin | offices?\sin | sites?\sin | (?:mit\s)?sitz\sin"
        r" | standort\w*\sin | hauptsitz",
        examples=(
            "The company is based in Berlin.",
            "Our offices are in London and Madrid.",
        ),
    ),
    _subject(
        r"(?:when | in\swhich\syear)\s(?:was | were)\s(?:your | the)\s(?:company | firm"
        r" | organi[sz]ation)\s(?:founded | established | formed)"
        r" | how\sold\sis\s(?:your | the)\s(?:company | firm) | how\slong\s(?:has | have)\s(?:your | the"
        r" | you)\s?(?:company | firm)?\sbeen\sin\sbusiness"
        r" | year\sof\s(?:foundation | incorporation) | (?:wann | in\swelchem\sjahr)\swurde\s.{0,30}\bgegründet"
        r" | gründungsjahr",
        r"founded | established\s(?:in | since) | in\sbusiness | gegründet",
        r"since\s(?:19|20)\d\d | seit\s(?:19|20)\d\d",
        rf"(?:last | past | for | over)\s(?:\w+\s){{0,2}}(?:{_NUMBER})\s(?:years | decades)",
        examples=(
            "The company was founded in 1998.",
            "We have been in business for twenty years.",
        ),
    ),
    _subject(
        r"(?:(?:relevant | industry | prior)\s)*experience | erfahrung(?:en)?",
        r"years?\s(?:of\s)?(?:\w+\s)?experience | experience[ds]? | erfahrung\w* | erfahren\w*",
    ),
    _subject(
        r"certif\w+ | accredit\w+ | zertifi\w+ | akkreditier\w+",
        r"certif\w+ | accredited | iso(?:/iec)?\s?\d{4,5} | soc\s?[12] | zertifi\w+ | akkreditiert\w*",
    ),
    _subject(
        r"who\s(?:are\syour\s(?:customers? | clients?)|do\syou\sserve) | (?:customer | client)\sbase"
        r" | (?:industries | sectors)(?:\sdo\syou\sserve)?"
        r" | (?:which | what)\s(?:customers? | clients?) | wer\ssind\sihre\skunden",
        r"(?:we\s)?serves? | (?:clients? | customers?)\s(?:include | such\sas | are)"
        r" | for\s(?:\w+[\s-]){1,4}(?:operators | insurers | companies"
        r" | banks | agencies) | trusted\sby | kunden\s(?:sind | zählen)",
        r"sectors? | industr(?:y|ies)",
        examples=("We serve customers in banking, health care and the public sector.",),
    ),
    _subject(
        r"(?:programming\s)?languages | (?:tech(?:nology)?\s)stack | technologies",
        r"python | java | javascript | typescript | golang | rust | c\# | php | ruby | kotlin | swift"
        r" | node\.?js | react | angular",
    ),
    _subject(
        r"respon(?:d | se)(?:\s(?:times? | to))?",
        r"respon(?:d | ds | se | ses)",
    ),
    _subject(
        r"(?:assure | ensure | guarantee | control | manage)\w*\s(?:the\s)?quality | quality\s(?:assurance"
        r" | control | management) | qualität\w*",
        r"quality | review(?:s | ed)? | audit(?:s | ed)? | code\sreviews? | automated\stests? | tested"
        r" | qualität\w* | geprüft",
        examples=("All work is tested and reviewed before release.",),
    ),
    _subject(
        r"(?:protect | secure | control | restrict)\w*\saccess | authenticat\w+ | log\s?in",
        r"second\sfactor | multi-?factor | two-?factor | mfa | passwords? | single\ssign-on | sso"
        r" | least\sprivilege | role-?based",
    ),
)
