"""The words of a question that tell what it is about."""

import re

# Words of questions and requests that do not tell what the question is about.
_ASKING = """
according are can could describe did do document documents does explain for give how information is list may me
mentioned might our please provide shall should show tell was were what when where which who whom whose why will
would you your
bitte darf dürfen es gibt haben hat ich ist kann können man mich mir muss müssen soll sind und unser viel viele
wann warum was welche welchem welchen welcher welches wem wen wer werden wie wieviel wird wo wofür wozu
"""
ASKING = frozenset(_ASKING.split())
_WORD = re.compile(r"[^\W_]+(?:['’.,:/@-][^\W_]+)*")


def subject_of(question: str) -> str:
    """The words of a question without those that only ask; all words if there are no others."""
    words = _WORD.findall(question)
    return " ".join([word for word in words if word.lower() not in ASKING] or words) or question
