"""The API of labeling for one item and one person, by the rules of its contract, for tests of the page alone."""

from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.api_calls import CONTRACT
from tests.support.console_site import ConsoleSite, Reply

TASK_ID = "7c1f0e9d3a4b5c8e6f7a2d4c0b1e9a5d"
SAVED_AT = "2026-11-29T12:00:00Z"


@dataclass
class LabelAnswers:
    """`version` and `label` are what is saved. `down`: the API is busy. `ended`: tokens of so many sign-ins are old."""

    site: ConsoleSite
    schema: dict[str, Any]
    item: dict[str, Any]
    version: int = 0
    label: dict[str, Any] | None = None
    status: str = "DRAFT"
    last_save: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False
    ended: int = 0
    held: bool = True

    def __post_init__(self) -> None:
        _of_contract("LabelItem").validate(self._show())
        number = self.item["number"]
        base = f"/label-tasks/{TASK_ID}"
        task = {
            "task_id": TASK_ID, "name": "calls", "schema_name": self.schema["name"], "media": self.schema["media"],
            "status": "OPEN", "roles": ["annotator"], "created_at": SAVED_AT, "updated_at": SAVED_AT, "options": {},
            "schema": self.schema, "progress": {"items": 1, "open": 1, "review": 0, "done": 0, "failed": 0},
        }  # fmt: skip
        self.site.replies |= {
            ("GET", "/label-tasks"): {"tasks": [task]},
            ("GET", base): task,
            ("POST", f"{base}/claim"): self._claim,
            ("GET", f"{base}/items"): {"items": []},
            ("GET", f"{base}/items/{number}"): self._show,
            ("PUT", f"{base}/items/{number}/answer"): self._save,
            ("POST", f"{base}/items/{number}/submit"): self._submit,
            ("POST", f"{base}/items/{number}/release"): Reply(200, {}),
        }

    @property
    def page(self) -> str:
        return f"{self.site.address}/labeling/{TASK_ID}/items/{self.item['number']}"

    def _show(self) -> Any:
        answer = {"status": self.status, "version": self.version, "saved_at": SAVED_AT, "label": self.label}
        claim = {"held": self.held, "until": SAVED_AT}
        if "text" in self.item:
            return self.item | {"task_id": TASK_ID, "claim": claim} | ({"answer": answer} if self.label else {})
        # The links are fresh.
        media = self.item["media"]
        copy = media["copy"] | self.site.link(media["copy"]["name"])
        levels = [each | self.site.link(each["name"]) for each in media["peaks"]]
        sound = {"sound": media["sound"] | self.site.link(media["sound"]["name"])} if "sound" in media else {}
        shown = self.item | {"task_id": TASK_ID, "media": media | {"copy": copy, "peaks": levels, **sound}}
        shown["claim"] = claim
        return shown | ({"answer": answer} if self.label else {})

    def _claim(self) -> Any:
        if self.status == "SUBMITTED":
            return Reply(404, {"status": 404, "title": "NothingToLabelError", "detail": "Nothing is left."})
        self.held = True
        return self._show()

    def _save(self) -> Any:
        if self.site.sign_ins <= self.ended:
            return Reply(401, {"message": "Unauthorized"})
        if self.down:
            return Reply(503, {"status": 503, "title": "Unavailable", "detail": "Busy."})
        sent = self._sent("PUT", "answer")
        for error in _of_contract("LabelChange").iter_errors(sent):
            return Reply(400, {"status": 400, "title": "InvalidRequestError", "detail": error.message})
        if sent["save_id"] != self.last_save:
            if sent["base"] != self.version:
                saved = {"version": self.version, "saved_at": SAVED_AT, "label": self.label}
                yours = {name: sent[name] for name in ("save_id", "base", "label")}
                problem = {"status": 409, "title": "LabelChangedError", "detail": "It was changed."}
                return Reply(409, problem | {"saved": saved, "yours": yours})
            self.version += len(sent["events"])
            self.label, self.last_save = sent["label"], sent["save_id"]
            self.events += sent["events"]
        return {"version": self.version, "saved_at": SAVED_AT, "claim": {"held": self.held}}

    def _submit(self) -> Any:
        if self._sent("POST", "submit")["version"] != self.version:
            return Reply(409, {"status": 409, "title": "LabelChangedError", "detail": "It was changed."})
        self.status = "SUBMITTED"
        return {"version": self.version, "submitted_at": SAVED_AT}

    def _sent(self, method: str, what: str) -> dict[str, Any]:
        return self.site.sent[(method, f"/label-tasks/{TASK_ID}/items/{self.item['number']}/{what}")]


def _of_contract(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]})
