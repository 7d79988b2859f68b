"""What the header of a column says that the column holds, in English, German, Spanish and Chinese."""

import re

# A role that only other columns decide on: "Description" is the question where nothing is called so more clearly.
WEAK = "weak"
OTHER = "other"

_NUMBER = re.compile(
    r"(?:(?:.* )?(?:q|questions?|req|requirements?|control|item|rfp item|ref|reference|serial|row|s|sl|sr|frage[n]?|"
    r"anforderungs?|pregunta|requisito|chapter|section|original|lfd) ?)?"
    r"(?:#|no|nr|num|number|nos|id|ids|code|ref|index|idx|key|nummer|n[uú]mero|n[º°]|kennung|编号|序号|号|题号|项号)"
    r"|(?:#|q|item|ref|pos(?:ition)?)",
)
_OTHER = re.compile(
    r"\b(?:guidance|guidelines?|hints?|help|instructions?|examples?|beispiele?|ejemplos?|scor\w*|weight\w*|points|max|"
    r"priority|priorit\w+|owners?|levels?|since|required|mandatory|types?|choices|options|reason\w*|follow|"
    r"analysts?|assessors?|reviewers?|evaluat\w+|internal|deadline|due|updated|removed|expected|sample|model|rationale|"
    r"purpose|quantity|units?|price|rate|hours|assessable|depth|status|why|hinweise?|leitfaden|gewicht\w*|punkte|"
    r"bewertung|orientaci[oó]n|gu[ií]a|puntuaci[oó]n|peso|prioridad|override|importance|mapping|framework)\b"
    r"|示例|指南|指引|评分|分值|权重|提示|优先级|负责人",
)
_SECTION = re.compile(
    r"\b(?:categor(?:y|ies)|domains?|sections?|topics?|areas?|chapters?|themes?|groups?|famil(?:y|ies)|sub ?categor\w+|"
    r"kategorien?|bereiche?|thema|themen|themenbereich|kapitel|abschnitte?|categor[ií]as?|secci[oó]n(?:es)?|"
    r"[aá]reas?|dominios?|temas?|cap[ií]tulos?|bloque)\b|类别|分类|领域|章节|模块|类型|维度",
)
_ANSWER = re.compile(
    r"\b(?:answers?|answered|responses?|reply|replies|antwort(?:en)?|respuestas?|contestaci[oó]n|complian\w+|comply|"
    r"complies|conform\w*|erf[uü]llt|erf[uü]llung|umgesetzt|umsetzung|cumple|cumplimiento|tested|implemented|"
    r"met|proposed solution|r[ée]ponses?|rispost[ae]|y/n|yes/no\S*|ja/nein\S*|s[ií]/no\S*)\b"
    r"|回答|答复|答案|响应|应答|回复|是/否|是否",
)
_QUESTION = re.compile(
    r"\b(?:questions?|quer(?:y|ies)|requirements?|fragen?|fragestellung|anforderung(?:en)?|preguntas?|"
    r"cuesti[oó]n(?:es)?|requisitos?|criteri(?:on|a)|kriteri(?:um|en)|"
    r"control (?:objective|description|statement|question)s?|domand[ae]|exigences?)\b"
    r"|问题|要求|题目|问项|检查项|需求|评估项",
)
_WEAK = re.compile(
    r"\b(?:descriptions?|beschreibung(?:en)?|descripci[oó]n|items?|text|controls?|statements?|features?|"
    r"capabilit(?:y|ies)|functionality|inquiry|prompt|ma(?:ss|ß)nahmen?)\b|描述|内容|功能|项目",
)
_EVIDENCE = re.compile(
    r"\b(?:evidence|document\w*|attachments?|supporting|links?|urls?|nachweise?|belege?|anlagen?|"
    r"evidencias?|documentaci[oó]n|adjuntos?|enlaces?|proof|artifacts?)\b|证据|附件|证明|佐证|链接",
)
_COMMENT = re.compile(
    r"\b(?:comments?|remarks?|notes?|additional|explanations?|explain|details?|kommentare?|bemerkung(?:en)?|"
    r"anmerkung(?:en)?|erl[aä]uterung(?:en)?|begr[uü]ndung(?:en)?|comentarios?|observaci[oó]n(?:es)?|explicaci[oó]n|"
    r"qualifications|justification)\b|备注|说明|注释|补充",
)


def header_words(text: str) -> str:
    """A header as it is compared: small letters, words apart, without what stands in parentheses."""
    plain = re.sub(r"[(（\[][^)）\]]*[)）\]]", " ", text)
    plain = re.sub(r"[_\s*:：?？.]+", " ", plain or text).strip().casefold()
    return plain or re.sub(r"[\s()（）\[\]]+", " ", text).strip().casefold()


def role_of(text: str) -> str:
    """number, section, question, weak, answer, comment, evidence, other; empty where the text is no header."""
    words = header_words(text)
    if not words or len(words) > 80 or len(words.split()) > 9:
        return ""
    if _NUMBER.fullmatch(words):
        return "number"
    if re.search(r"\b(?:implementation|compliance|response|umsetzungs) ?status\b", words):
        return "answer"
    if _OTHER.search(words):
        return OTHER
    if _SECTION.search(words):
        return "section"
    asked, answered = _QUESTION.search(words), _ANSWER.search(words)
    if answered and (not asked or answered.start() < asked.start()):
        return "answer"
    if asked:
        return "question"
    for role, pattern in (("evidence", _EVIDENCE), ("comment", _COMMENT), (WEAK, _WEAK)):
        if pattern.search(words):
            return role
    return ""


def is_plainly(role: str, text: str) -> bool:
    """Whether a header consists of little more than the word for `role`."""
    return role_of(text) == role and len(header_words(text)) <= 24
