"""How sure answers to questionnaires are, and how many of them are right; and how often the right document is cited.

All through answer_item on a deployed stack with the local engines. Ours are questions to made-up companies, answered
from their descriptions, and questions of which each is answered from one document, from a folder of them, or whose
honest answer is "No" or "unknown". The corpus has documents whose headings are questions: each is asked, and the
right document is the one that it is a heading of, among all documents of the corpus's requests for proposals.
"""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.confidence.company_descriptions import COMPANIES, HELD_OUT
from benchmarks.confidence.company_knowledge import KNOWLEDGE, QUESTIONS
from benchmarks.confidence.text_pdfs import to_pdf
from benchmarks.confidence.yes_traps import TRAPS
from benchmarks.questionnaires import deployed

LEVELS = ("high", "medium", "low", "none")
YES_NO = {"kind": "choice", "options": ["Yes", "No", "N/A"]}
AT_ONCE = 2
TRIES = 8  # as the workflow has
_QUESTION_HEADING = re.compile(r"^#+\s+(.{10,300}\?)\s*$", re.MULTILINE)


class Asked(NamedTuple):
    """`words` are those of a right answer, any of them; none where nothing answers it. `value` is what goes into a
    place that takes only "Yes", "No" or "N/A", and `trap` is true where "Yes" would be a lie."""

    set: str
    text: str
    description: str
    words: tuple[str, ...] = ()
    value: str = ""
    trap: bool = False


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{sets: {name: {level: {right, wrong, unmarked}}}, lies, cited}`; `cited` counts answers, and those that cite the
    right document."""
    del samples
    asked = list(_ours())[:: 8 if quick else 1]
    with deployed() as target:
        ask = _Asking(target)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            replies = list(pool.map(lambda each: ask(each.text, each.description, _typed(each)), asked))
        sets: dict[str, dict[str, Counter[str]]] = {}
        lies = 0
        for each, reply in zip(asked, replies, strict=True):
            found = sets.setdefault(each.set, {}).setdefault(reply["confidence"], Counter())
            is_right = _is_right(each, reply)
            found["right" if is_right else "wrong"] += 1
            found["unmarked"] += not is_right and not reply["needs_review"]
            lies += each.trap and reply.get("values") == ["Yes"] and reply["confidence"] in ("high", "medium")
            if not is_right and _is_answered(reply):
                print(f"{each.set}, {reply['confidence']}: {each.text} {reply.get('values', '')} {reply['completion']}")
        cited = _cited(target, ask, corpus, 6 if quick else None)
    return {"sets": sets, "lies": lies, "cited": cited}


def table(results: Mapping[str, Any]) -> str:
    lines = [
        "| questions | high: right | wrong | medium: right | wrong | low: right | wrong | unanswered: rightly | not |",
        "|---|" + "---|" * 8,
    ]
    total: dict[str, Counter[str]] = {level: Counter() for level in LEVELS}
    for name, levels in results["sets"].items():
        for level in LEVELS:
            total[level].update(levels.get(level, {}))
        lines.append(_row(name, levels))
    lines.append(_row("all", total))
    high = total["high"]
    wrong = sum(found["unmarked"] for level, found in total.items() if level != "none")
    lines += [
        "",
        f"Of the answers marked high, {high['right'] / max(1, high['total'] or high['right'] + high['wrong']):.0%} are "
        f'right; at least 95 % must be. Wrong answers that are not marked for review: {wrong}. Confident "Yes" where '
        f'the honest answer is "No" or "unknown": {results["lies"]}.',
    ]
    if cited := results["cited"]:
        lines += [
            "",
            f"Of {cited['questions']} questions to {cited['documents']} documents of the corpus, {cited['answered']} "
            f"were answered, and {cited['right']} of these answers cite the right document; of the {cited['high']} "
            f"marked high, {cited['high_right']}.",
        ]
    return "\n".join(lines)


def _row(name: str, levels: Mapping[str, Mapping[str, int]]) -> str:
    counts = [str(levels.get(level, {}).get(kind, 0)) for level in LEVELS for kind in ("right", "wrong")]
    return f"| {name} | {' | '.join(counts)} |"


def _ours() -> Iterator[Asked]:
    for company in COMPANIES:
        yield from (Asked("descriptions", text, company.description, words) for text, words in company.asked)
    for company in HELD_OUT:
        yield from (Asked("other descriptions", text, company.description, words) for text, words in company.asked)
    knowledge = "\n\n".join(text for texts in KNOWLEDGE.values() for text in texts)
    for text, words, value in QUESTIONS:
        yield Asked("knowledge", text, knowledge, words, value)
    for trap in TRAPS:
        yield Asked("honestly no or unknown", trap.question, f"{trap.passage}\n\n{knowledge}", (), trap.honest, True)


def _typed(each: Asked) -> Mapping[str, Any] | None:
    return YES_NO if each.value or each.trap else None


def _is_answered(reply: Mapping[str, Any]) -> bool:
    return bool(reply["completion"] or reply.get("values"))


def _is_right(each: Asked, reply: Mapping[str, Any]) -> bool:
    if each.value:
        return reply.get("values") == [each.value]
    if not each.words:
        return not _is_answered(reply)
    return any(word.casefold() in reply["completion"].casefold() for word in each.words)


class _Asking:
    """Invokes answer_item as the Express workflow does."""

    def __init__(self, target: Any) -> None:
        self._functions = target.client("lambda", read_timeout=300)
        names = (each["FunctionName"] for each in self._functions.list_functions()["Functions"])
        self._name = next(name for name in names if "AnswerItem" in name)

    def __call__(self, text: str, description: str, answer: Mapping[str, Any] | None = None) -> dict[str, Any]:
        from cli.people import EVERYONE, LOCAL_USER

        question = {"number": 1, "text": text, **({"answer": answer} if answer else {})}
        caller = {"subject": "benchmark", "user": LOCAL_USER, "groups": [EVERYONE], "expires_at": 4_102_444_800}
        event = {"question": question, "description": description, "use_documents": not description, "caller": caller}
        for _ in range(TRIES):
            reply = self._functions.invoke(FunctionName=self._name, Payload=json.dumps(event))
            value = json.loads(reply["Payload"].read())
            if "FunctionError" not in reply:
                return value["response"]
            assert value["errorType"] in ("TransientError", "ThrottledError"), value
        raise AssertionError(value)


def _cited(target: Any, ask: _Asking, corpus: Path, most: int | None) -> dict[str, int] | None:
    from cli.found_files import Upload
    from cli.library import Library
    from cli.uploading import upload

    with_questions = sorted((corpus / "questionnaires").glob("*.md"))
    asked = [(text, path) for path in with_questions for text in _QUESTION_HEADING.findall(path.read_text())]
    if not asked:
        return None
    folder = corpus / "rfp"
    documents = sorted({*(path for _, path in asked), *folder.rglob("*.md"), *folder.rglob("*.docx")})
    names = {path: f"{number:02}.pdf" for number, path in enumerate(documents)}
    with tempfile.TemporaryDirectory() as made:
        for path, name in names.items():
            Path(made, name).write_bytes(to_pdf(path))
        upload(Library(target), [Upload(Path(made, name), name) for name in names.values()], True, 1200, None)
    found: Counter[str] = Counter(questions=0, documents=len(documents))
    for text, path in asked[:most]:
        reply = ask(text, "")
        found["questions"] += 1
        if not _is_answered(reply):
            continue
        is_right = names[path] in {each["file_name"] for each in reply["citations"]}
        found.update(answered=1, right=is_right, high=reply["confidence"] == "high")
        found["high_right"] += is_right and reply["confidence"] == "high"
    return dict(found)
