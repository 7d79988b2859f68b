"""Greetings in front of a question, which say nothing of what is asked."""

import re

_GREETING = re.compile(
    r"""\s*+(?:
        (?:hi|hello|hey|howdy|dear|greetings|good\s(?:morning|afternoon|evening|day)|
           hallo|moin(?:\smoin)?|servus|grüß\s(?:gott|dich|sie)|grüezi|guten\s(?:morgen|tag|abend)|liebe[rs]?|
           sehr\sgeehrte[rs]?|how\sare\syou(?:\stoday)?|how\sdo\syou\sdo|wie\sgeht\s(?:es\s(?:ihnen|dir)|'?s)(?:\sheute)?|
           thanks?(?:\syou)?(?:\s(?:very\smuch|a\slot|in\sadvance))?|danke(?:\sschön|\ssehr)?|vielen\sdank)
        \b(?:[\s,]+(?:there|all|everyone|everybody|team|docent|assistant|zusammen|alle|
           sir|madam|damen\sund\sherren|assistent))?
      )(?:\s*+[!.,?;:]+|\s++[–—-]+(?=\s)|\s*+\n|\s*+\Z)\s*+""",
    re.IGNORECASE | re.VERBOSE,
)


def without_greeting(question: str) -> str:
    """The question behind its greetings; empty where there is only a greeting."""
    while found := _GREETING.match(question):
        if not found.group():
            break
        question = question[found.end() :]
    return question.strip()
