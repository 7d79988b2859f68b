"""One way to write each character that stands in or beside a number.

m³ as m3, 10⁶ as 10^6, ½ as 1/2, ６ as 6, 1 234 with a space that keeps it together as 1'234, and few kinds of dash.
"""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_KEEPS_TOGETHER = re.compile(r"(?<=\d)[\u00a0\u2007-\u2009\u202f](?=\d{3}(?!\d))")
_FRACTION_BEHIND = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_RAISED = "⁰¹²³⁴-⁹"
_EXPONENT = re.compile(rf"(?<=\d)(?=[⁻⁺]?[{_RAISED}])")
_FOOTNOTE_MARK = re.compile(rf"(?:(?<=[%‰€$£])|(?<=[^\W\d_]{{4}})|(?<=EUR|USD|CHF|GBP))[{_RAISED}]{{1,2}}")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_SAME = str.maketrans("‐‑‒―⁄∕’ʼ´`", "--––//''''")
_REWRITTEN = (
    (re.compile(r"\b([mc]?m|km)\^([23])\b"), r"\1\2"),
    (re.compile(r"\bper cent\b", re.IGNORECASE), "percent"),
    (re.compile(r"\bv\. ?H\.|\bvom Hundert\b"), "%"),
    (re.compile(r"\b([TkM])(?=(?:EUR|USD|CHF|GBP)\b|[€$£])"), r"\1 "),
)


def plain(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    text = _KEEPS_TOGETHER.sub("'", text)
    text = _FRACTION_BEHIND.sub(" ", text)
    text = _EXPONENT.sub("^", text)
    text = _FOOTNOTE_MARK.sub("", text)
    text = unicodedata.normalize("NFKC", text).translate(_SAME)
    text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    for pattern, written in _REWRITTEN:
        text = pattern.sub(written, text)
    return text
