"""How texts show that they ask for something, in English, German, Spanish and Chinese."""

import re

from docent.questionnaires import AnswerType

_MARK = re.compile(r"[?？](?=[\s\"'”’)\]*_|。]|$)|¿")
_OPENING = re.compile(
    r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|may|what|which|who|whom|whose|when|where|"
    r"why|how|in what|to what|at what|for how|by when|"
    r"wie|was|welche[rsnm]?|wer|wann|wo|warum|wodurch|womit|inwiefern|inwieweit|ist|sind|hat|haben|werden|wird|"
    r"k[oö]nnen|besteht|bestehen|gibt es|verf[uü]g\w+|"
    r"qu[eé]|cu[aá]l(?:es)?|c[oó]mo|cu[aá]ndo|d[oó]nde|qui[eé]n(?:es)?|cu[aá]nt[oa]s?)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:please|kindly|describe|explain|provide|list|specify|state|indicate|identify|outline|detail|confirm|attach|name|"
    r"give|tell us|share|summari[sz]e|demonstrate|submit|enter|elaborate|include|present|showcase|analy[sz]e|deliver|"
    r"use this area|"
    r"bitte|beschreiben|beschreibe|erl[aä]utern|erkl[aä]ren|nennen|geben|listen|f[uü]gen|legen|stellen sie dar|"
    r"por favor|describ[ae]n?|explique|explicar|indique|indicar|proporcione|adjunte|detalle|enumere|especifique|liste|"
    r"facilite|aporte|señale)\b|请|列出|描述|说明",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"\b(?:please (?:\w+ )?(?:provide|describe|list|explain|specify|state|indicate|attach|confirm)|"
    r"bitte (?:\w+ )?(?:beschreiben|nennen|erl[aä]utern|angeben)|por favor)\b",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"(?:verify|ensure|make sure|check that|validate|pr[uü]fen sie|pr[uü]fe|stellen sie sicher|"
    r"verifi(?:car|que)|aseg[uú]r(?:ar|e|ese)|comprob(?:ar|e)|compruebe)\b|确保|验证|检查",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:must|shall|should|is required to|are required to|muss|m[uü]ssen|soll|sollen|sollte|sollten|"
    r"debe|deben|deber[aá]n?|deber[ií]an?)\b|必须|应当|应该|须",
    re.IGNORECASE,
)
_CHINESE_QUESTION = re.compile(r"是否|有没有|哪些|哪个|什么|如何|多少|几")
_FOLLOW_UP = re.compile(
    r"(?:if (?:yes|so|no|not|applicable|other|any|the answer|you answered|answered|true|checked)\b|"
    r"(?:wenn|falls) (?:ja|nein|nicht|zutreffend|vorhanden)\b|in diesem fall\b|"
    r"en caso (?:afirmativo|negativo|de que la respuesta|de respuesta)|si la respuesta|de ser as[ií]|"
    r"en relaci[oó]n con la (?:cuesti[oó]n|pregunta) anterior|adicionalmente\b|"
    r"如果是|若是|如是|如有|若有|如果有|如否|如果没有)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[<＜].*[>＞]|\[\[?.*\]\]?|\{\{?.*\}\}?|-{2,}.*-{2,}|[\W_]+|#(?:REF|N/A|VALUE|NAME|DIV/0)[!?]?|"
    r"n/?a|tbd|tba|todo|none|null|lorem ipsum.*|xx+|deprecated|deleted|removed|gel[oö]scht|"
    r"(?:click|tap|klicken|haga clic).{0,40}(?:text|date|item|datum|texto)\w*\.?|choose an item\.?|"
    r"w[aä]hlen sie ein element.*|insert .{0,30}here|your answer(?: here)?|answer here",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(
    r"(?:note|notes|instructions?|guidance|examples?|e\.g\.|hint|important|disclaimer|copyright|©|hinweis|anleitung|"
    r"beispiel|z\. ?b\.|nota|instrucciones|ejemplo|注|说明|示例|例如|提示|total|subtotal|sum|grand total|"
    r"overall score|score|gesamt|summe|end table data)\b\s*(?:[:：.!]|$|\d{4}|for\b)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\b(?:name|names|address|e-?mail|phone|telephone|fax|website|web ?site|url|web link|date|country|city|contact|"
    r"title|headquarters?|locations?|year|duns|signature|position|role|zip|postal code|vat|tax id|number of|"
    r"anschrift|adresse|telefon|datum|land|ort|ansprechpartner|funktion|unterschrift|firma|"
    r"nombre|direcci[oó]n|tel[eé]fono|fecha|pa[ií]s|ciudad|cargo|firma)\b|名称|姓名|地址|电话|邮箱|日期|联系人|网址",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"(?:[A-Za-z]{1,8}[-_. ]?){0,3}\d{1,5}(?:[-.]\d{1,4}){0,5}(?:[-.]?\(?[a-zA-Z]{1,2}\)?)?[.):]?"
    r"|\(?[a-zA-Z]\)|[a-zA-Z][.)]|\(?[ivxIVX]{1,5}[.)]|[（(]?[一二三四五六七八九十]{1,3}[)）、.]?"
)
_LEADING = re.compile(
    r"\s*(?P<label>(?:[A-Z]{1,5}[-_. ]?)?\d{1,4}(?:[.-]\d{1,4}){0,5}(?:\.?[a-z])?(?:[.):、．]|(?=\s))|"
    r"\(?[a-zA-Z]\)|[a-z]\.(?=\s)|\(?[ivx]{1,5}[.)]|[（(]?[一二三四五六七八九十]{1,3}[)）、])\s*(?=\S)"
)
_YES = {"yes", "y", "ja", "j", "sí", "si", "oui", "是", "有", "true", "compliant", "full", "fully compliant"}
_LIMIT = re.compile(
    r"(?:max(?:imum|imal|\.)?|limit(?:ed)?(?: to| of)?|up to|no more than|not exceed|höchstens|bis zu|"
    r"m[aá]x(?:imo|\.)?|hasta|不超过|最多|限)\D{0,16}?(?P<n>\d{1,3}(?:[.,  ]\d{3})+|\d{1,6})\s*"
    r"(?:characters?|chars?|zeichen|caracteres|个?字符?|字)"
    r"|(?P<m>\d{1,3}(?:[.,]\d{3})+|\d{1,6})[\s-]*(?:characters?|chars?|zeichen|caracteres|字符?)\s*"
    r"(?:limit|max\w*|or (?:less|fewer)|m[aá]x\w*|以内|以下)",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    return re.sub(r"[ \t\xa0\u200b]*\n\s*", "\n", re.sub(r"[ \t\xa0\u200b\ufeff]+", " ", text)).strip()


def has_mark(text: str) -> bool:
    return bool(_MARK.search(text))


def is_requirement(text: str) -> bool:
    """A statement that must hold: "Verify that …", "The organization must …"."""
    return bool(_CHECK.match(text) or _MODAL.search(text))


def is_request(text: str) -> bool:
    return bool(_REQUEST.match(text) or _POLITE.search(text))


def is_asked(text: str) -> bool:
    """A question, with or without its mark, or a request such as "Describe …"."""
    text = without_label(text)[1]
    return bool(
        has_mark(text)
        or is_request(text)
        or (_OPENING.match(text) and len(text.split()) > 2)
        or _CHINESE_QUESTION.search(text)
    )


def is_asking(text: str) -> bool:
    return is_asked(text) or is_requirement(without_label(text)[1])


def is_follow_up(text: str) -> bool:
    return bool(_FOLLOW_UP.match(without_label(text)[1].lstrip("¿*_ ")))


def is_placeholder(text: str) -> bool:
    return not text.strip() or bool(_PLACEHOLDER.fullmatch(text.strip()))


def is_note(text: str) -> bool:
    plain = text.strip().lstrip("*_> ")
    return bool(_NOTE.match(plain) or re.match(r"(?:copyright\b|©)", plain, re.IGNORECASE))


def is_field(text: str) -> bool:
    """The name of something to fill in, such as "Company name:"."""
    return (
        len(text) <= 90
        and not is_placeholder(text)
        and bool(text.rstrip().endswith((":", "：")) or _FIELD.search(text))
    )


def is_label(text: str) -> bool:
    return len(text) <= 24 and bool(LABEL.fullmatch(text.strip()))


def label_shape(label: str) -> str:
    """How a label is built: "1.10" and "2.3" are both d.d, "GNRL-01" is A-d."""
    plain = label.strip().rstrip(".):、")
    return re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", re.sub(r"\d+", "d", plain)))


def without_label(text: str) -> tuple[str, str]:
    """The number that a text begins with, and the rest of it."""
    match = _LEADING.match(text)
    if not match or (match["label"][-1].isdigit() and "." not in match["label"] and "-" not in match["label"]):
        return "", text.strip()
    return match["label"].strip(), text[match.end() :].strip()


def parent_label(label: str) -> str:
    """ "1" of "1.a", "2.3" of "2.3.1"; empty where a label has no parts."""
    plain = label.strip().rstrip(".):")
    shorter = re.sub(r"(?:[.-]?\(?[a-zA-Z]\)?|[.-]\d+)$", "", plain)
    return shorter if shorter != plain and re.search(r"\d", shorter) else ""


def options_in(text: str) -> tuple[str, ...]:
    """The options that a header or a question names: "Response (Yes/No/N/A)"."""
    for part in [*re.findall(r"[(（\[]([^)）\]]+)[)）\]]", text), text]:
        options = [
            each.strip(" .:;\"'") for each in re.split(r"\s*[/|／]\s*", re.sub(r"n\s*/\s*a", "N∕A", part, flags=re.I))
        ]
        if 2 <= len(options) <= 8 and options[0].casefold() in _YES and all(0 < len(each) <= 30 for each in options):
            return tuple(each.replace("∕", "/") for each in options)
    return ()


def max_chars_in(text: str) -> int:
    match = _LIMIT.search(text)
    return int(re.sub(r"\D", "", match["n"] or match["m"])) if match else 0


def answer_type_in(*texts: str) -> AnswerType:
    """The answer that the question or its column's header asks for."""
    options = next(filter(None, map(options_in, texts)), ())
    limit = next(filter(None, map(max_chars_in, texts)), 0)
    return AnswerType("choice" if options else "text", options, limit)
