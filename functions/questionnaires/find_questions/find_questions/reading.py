"""Reads a file of any format that questionnaires come in; what a file is, its first bytes tell before its name."""

from collections.abc import Mapping
from typing import Any

from charset_normalizer import from_bytes

from docent.errors.questionnaires import (
    EmptyQuestionnaireError,
    EncryptedQuestionnaireError,
    InvalidMapError,
    NoQuestionsError,
    UnreadableQuestionnaireError,
    UnsupportedQuestionnaireError,
)
from find_questions.csv_files import find_in_csv
from find_questions.found import Found
from find_questions.json_files import find_in_json
from find_questions.packages import Package
from find_questions.texts import find_in_text
from find_questions.word_documents import find_in_word
from find_questions.workbooks import find_in_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER = {
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
}


def find_questions(name: str, data: bytes, given: Mapping[str, Any] | None = None) -> Found:
    """`name` is for messages and for its ending; `given` is a map that decides where it says something."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise EmptyQuestionnaireError(f"{name} has no contents.")
    try:
        found = _find(name, data, given)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        if given is None:
            raise
        raise InvalidMapError(f"The map of {name} is not built as one ({type(error).__name__}).") from error
    if not found.questions:
        raise NoQuestionsError(f"No question was found in {name}.")
    return found


def _find(name: str, data: bytes, given: Mapping[str, Any] | None) -> Found:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise EncryptedQuestionnaireError(f"{name} needs a password.")
        raise UnsupportedQuestionnaireError(f"{name} has the format of Office 97 to 2003.")
    if data.startswith(b"PK"):
        package = Package(data, name)
        if (
            package.main_part("xl/workbook.xml").endswith("workbook.xml")
            and package.main_part("xl/workbook.xml") in package
        ):
            return find_in_workbook(package, given)
        if (part := package.main_part("word/document.xml")) in package and part.endswith(".xml") and "ppt/" not in part:
            return find_in_word(package, given)
        raise UnsupportedQuestionnaireError(f"{name} is a package, but no XLSX workbook and no DOCX document.")
    for start, what in _OTHER.items():
        if data.startswith(start):
            raise UnsupportedQuestionnaireError(f"{name} is {what}.")
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if ending in {"xlsx", "xlsm", "docx", "docm"}:
        raise UnreadableQuestionnaireError(f"{name} is not what its name says.")
    text = _decoded(data, name)
    if ending == "json" or (ending not in {"csv", "tsv", "md", "markdown"} and text.lstrip()[:2] in _JSON):
        return find_in_json(text, name, given)
    if ending in {"csv", "tsv"}:
        return find_in_csv(text, name, given)
    return find_in_text(text, ending in {"md", "markdown"}, given)


_JSON = {'{"', "{\n", "{\r", "{}", "[{", '["', "[\n", "[\r", "{ ", "[ "}


def _decoded(data: bytes, name: str) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    guess = None if b"\0" in data[:100_000] else from_bytes(data[:200_000]).best()
    if guess is None:
        raise UnsupportedQuestionnaireError(f"{name} is no text.")
    return data.decode(guess.encoding, errors="replace")
