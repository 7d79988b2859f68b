"""`docent product`, `docent access` and `docent audit` without a deployment."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import cli.governance
from cli.lineage_views import of_document
from cli.main import app
from governing.audit_chain import Anchor, Entry

ID = "5f2c1a9b7e3d4c60a18b92d7f4e6031c"
PRODUCT = {
    "product_id": "loans", "name": "Loans\u001b[31m", "description": "", "terms": [], "classification": "internal",
    "owner": "olga@example.com", "department": "loans", "status": "draft", "version": 3,
    "granted": True, "managed": True,
}  # fmt: skip
SUBSCRIPTION = {
    "subscription_id": ID, "product_id": "loans", "user": "mary@example.com", "requester": "mary@example.com",
    "purpose": "Campaign\u001b[31m", "ends_at": 1_806_537_600, "status": "WAITING", "needed": ["steward", "owner"],
    "approvals": [{"role": "owner", "user": "olga@example.com", "at": ""}], "policies": [], "product_name": "Loans",
    "explanation": {
        "allowed": False, "policies": [], "facts": [{"name": "context.approvals", "value": "owner"}],
        "otherwise": [["the steward approves"], ["the classification is public"]], "errors": 0,
    },
}  # fmt: skip

LINEAGE = {
    "product_id": "loans", "name": "Loans\u001b[31m", "quality": {"documents": 2, "pages": 4, "images": 1},
    "documents": [
        {"document_id": ID, "file_name": "rates\u001b[31m.pdf", "status": "INGESTED", "page_count": 3,
         "image_count": 1, "captioned_count": 1, "answer_count": 2},
    ],
    "withheld_documents": 1, "looked_at": 2,
    "answers": {
        "own_count": 1, "is_least": False, "count": 2,
        "own": [{"conversation_id": ID, "turn_id": ID, "question": "What\u001b[31m?",
                 "asked_at": "2026-11-29T08:00:00Z",
                 "cites": [{"document_id": ID, "parts": ["text"], "earlier": True}]}],
        "people": [{"user": "erika@example.com", "count": 1, "last_at": "2026-11-29T08:00:00Z"}],
    },
}  # fmt: skip


class Api:
    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.entries: list[Entry] = []
        self.differences: list[dict[str, str]] = []

    def api(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        self.calls.append((method, path, body if body is not None else query))
        match path.split("/")[1:]:
            case ["products"]:
                return {"products": [PRODUCT]} if method == "GET" else PRODUCT
            case ["products", _]:
                quality = dict.fromkeys(("documents", "searchable", "failed", "pages", "images", "gaps"), 2)
                return PRODUCT | {"quality": quality}
            case ["products", _, "lineage"]:
                return LINEAGE
            case ["subscriptions", "verify"]:
                return {"differences": self.differences, "repaired": body["repair"], "questions": 2}
            case ["subscriptions"]:
                return {"subscriptions": [SUBSCRIPTION]} if method == "GET" else SUBSCRIPTION
            case ["audit"]:
                page = [each.to_json() for each in self.entries if each.sequence > query["after"]][:2]
                more = {"next_after": page[-1]["sequence"]} if len(page) == 2 else {}
                anchors = (
                    {} if query["after"] else {"anchors": [Anchor("2026-11-29", 1, self.entries[0].digest).to_json()]}
                )
                return {"entries": page} | more | anchors
        return SUBSCRIPTION


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api()
    monkeypatch.setattr(cli.governance, "Session", lambda target: SimpleNamespace(api=api.api, target=target))
    monkeypatch.setattr(cli.governance, "Target", lambda stack, region: None)
    for number in range(3):
        last = api.entries[-1] if api.entries else None
        api.entries.append(Entry.after(last, {"event": "AccessGranted", "number": number, "by": "Jörg"}))
    return api


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_product_is_made_published_and_found(api: Api) -> None:
    made = run("product", "create", "loans", "--name", "Loans", "--classification", "internal", "--department", "loans")
    assert (made.exit_code, "--product loans" in made.output) == (0, True)
    assert run("product", "publish", "loans").exit_code == 0
    assert api.calls[-1] == ("PUT", "/products/loans", {"version": 3, "status": "published"})
    listed = run("product", "list", "loans", "of", "houses")
    assert api.calls[-1] == ("GET", "/products", {"text": "loans of houses"})
    assert "granted" in listed.output
    assert "\u001b[31m" not in listed.output


def test_access_is_asked_for_and_approved(api: Api) -> None:
    assert run("access", "request", "loans", "--purpose", "Campaign", "--until", "2027-03-31").exit_code == 0
    assert api.calls[-1][2] == {"product_id": "loans", "purpose": "Campaign", "until": "2027-03-31"}
    approved = run("access", "approve", ID)
    assert "It still needs the steward." in approved.output


def test_an_explanation_says_what_would_decide_otherwise(api: Api) -> None:
    told = run("access", "explain", ID).output
    assert "2027-03-31" in told, "the last day"
    for line in (
        "Needs the approval of the steward",
        "no policy allows it",
        "  the steward approves",
        "context.approvals: owner",
    ):
        assert line in told
    assert "\u001b[31m" not in told
    assert json.loads(run("access", "explain", ID, "--json").output)["explanation"]["allowed"] is False


def test_differences_end_with_an_error_until_they_are_repaired(api: Api) -> None:
    assert run("access", "verify").exit_code == 0
    api.differences = [{"problem": "missing", "principal": "user:mary@example.com", "product_id": "loans"}]
    assert run("access", "verify").exit_code == 1
    repaired = run("access", "verify", "--repair")
    assert (repaired.exit_code, api.calls[-1][2]) == (0, {"repair": True})


def test_what_questions_find_is_not_repaired_and_datazone_is(api: Api) -> None:
    about = {"principal": "group:marketing", "product_id": "loans"}
    api.differences = [
        {"problem": "unfound", "document_id": "a1", **about},
        {"problem": "datazone", "step": "revoke", **about},
    ]
    repaired = run("access", "verify", "--repair")
    assert repaired.exit_code == 1
    assert "unfound: group:marketing and loans, by the document a1" in repaired.output
    assert "datazone: group:marketing and loans, in DataZone: revoke" in repaired.output
    assert "docent reingest" in repaired.output
    api.differences = api.differences[1:]
    assert run("access", "verify", "--repair").exit_code == 0


def test_a_log_is_verified_offline_and_a_changed_entry_shows(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    assert run("audit", "export", str(file)).exit_code == 0
    asked = len(api.calls)
    assert run("audit", "verify", str(file)).exit_code == 0
    assert len(api.calls) == asked, "nobody is asked"
    file.write_text(file.read_text().replace("Jörg", "Jürg", 1))
    changed = run("audit", "verify", str(file))
    assert (changed.exit_code, "Entry 1 was changed" in changed.output) == (1, True)
    file.write_text("no log")
    assert run("audit", "verify", str(file)).exit_code == 1
    assert run("audit", "verify").exit_code == 0


def test_the_lineage_of_a_product_shows_its_documents_and_who_was_answered(api: Api) -> None:
    shown = run("product", "lineage", "loans").output
    for line in (
        "2 documents, 4 pages, 1 image",
        "1 of 1 image in the index, 2 answers",
        "and 1 document that you may not read",
        "2026-11-29  What\\u001b[31m?, of an earlier upload",
        "2 answers of all users",
        "erika@example.com: 1, the last on 2026-11-29",
    ):
        assert line in shown, shown
    assert "\x1b[31m" not in shown
    assert json.loads(run("product", "lineage", "loans", "--json").output) == LINEAGE


def test_the_lineage_of_a_document_goes_from_its_images_to_the_answers() -> None:
    images = [{"picture_id": "1", "pages": [2, 3], "outcome": "blocked", "entries": 0}]
    counts = {"page_count": 3, "image_count": 2, "text_entries": 14, "entry_count": 14}
    found = {"file_name": "a.pdf", "status": "INGESTED", "images": images, **counts}
    answers = {"own_count": 0, "own": []}
    assert list(of_document(found | {"answers": answers})) == [
        "a.pdf  INGESTED",
        "  text of 3 pages: 14 entries in the index",
        "  image on page 2, 3: caption blocked, not in the index",
        "  and 1 image more",
        "0 answers of yours cite it",
    ]
