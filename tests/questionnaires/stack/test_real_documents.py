"""The corpus' DOCX questionnaires through the deployed stack: found, answered, filled in, and opened by LibreOffice."""

from pathlib import Path

import pytest

from cli.questionnaires import Questionnaires
from cli.session import Session
from tests.support.filled_files import changed_parts, converted
from tests.support.project import CORPUS
from tests.support.stack import Stack

DESCRIPTION = (
    "Orrery builds cloud applications. Our migrations to Azure follow the Cloud Adoption Framework. Passwords are "
    "stored as hashes. Databases are backed up every night. A service desk answers around the clock."
)
# The others ask nothing.
REAL = {
    path: count
    for name, count in {
        "Azure AI COE": 10,
        "Azure AI Services": 10,
        "Azure Landing Zones": 15,
        "Fourth Coffee-Explore Azure- AI-Services": 10,
        "Migrate to Azure": 14,
        "Online Banking System": 10,
        "*Application Security Verification Standard 4.0.3-de": 312,
    }.items()
    for folder in ("rfp", "questionnaires")
    for path in sorted((CORPUS / folder).rglob(f"{name}.docx"))
}


@pytest.mark.skipif(not REAL, reason="the corpus is not here")
def test_documents_come_back_answered_and_libreoffice_opens_them(stack: Stack, tmp_path: Path) -> None:
    api = Questionnaires(Session(stack.target), timeout=600)
    own_ids = {path: api.upload(path, {"description": DESCRIPTION, "answer": "at_once"}) for path in REAL}
    for number, (path, own_id) in enumerate(own_ids.items()):
        counts = api.wait(own_id, ("ANSWERED",))["counts"]
        assert counts["total"] == REAL[path], path.name
        assert counts["pending"] == counts["failed"] == 0, path.name
        folder = tmp_path / str(number)
        folder.mkdir()
        filled = folder / path.name
        api.fetch(own_id, filled)
        changed, added = changed_parts(path.read_bytes(), filled.read_bytes())
        assert changed <= {"word/document.xml"}, path.name
        assert not added, path.name
        text = converted(filled.read_bytes(), "docx", folder, "txt:Text (encoded):UTF8").read_text("utf-8-sig")
        assert "Docent review" in text, path.name
