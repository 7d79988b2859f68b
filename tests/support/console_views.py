"""What the API answers to the console's views, with the same words wherever somebody else can have written them."""

import json
from typing import Any

from tests.support.console_site import ConsoleSite

ID = "c" * 32
AT = "2026-11-29T08:00:00Z"
TIMES = {"created_at": AT, "updated_at": AT}
SOME = {"calls": 2, "input_tokens": 3000, "output_tokens": 400, "cost_usd": 0.0123}
CAPABILITIES = [
    "answers", "debates", "documents", "flows", "governance", "labeling", "questionnaires", "summaries", "usage",
]  # fmt: skip
MOST_ROWS = 50
# The address of each view, and a heading of it; without one, it is what somebody else wrote.
VIEWS = {
    "documents": ("/documents", "Documents"),
    "flows": ("/flows", "Flows"),
    "flow": ("/flows/assistant", ""),
    "flow_editor": ("/flows/assistant?tab=editor", ""),
    "flow_run": (f"/flows/assistant/runs/{ID}", ""),
    "ask": (f"/ask?conversation={ID}", "Ask"),
    "questionnaires": ("/questionnaires", "Questionnaires"),
    "questionnaire": (f"/questionnaires/{ID}?item=1", ""),
    "summaries": ("/summaries", "Summaries"),
    "summary": (f"/summaries/{ID}", ""),
    "debates": ("/debates", "Debates"),
    "labeling": ("/labeling", "Labeling"),
    "labeling_task": (f"/labeling/{ID}", ""),
    "products": ("/products", "Data products"),
    "product": ("/products/lights", ""),
    "product_lineage": ("/products/lights?tab=lineage", ""),
    "access": ("/access", "Access"),
    "audit": ("/audit", "Log of decisions"),
    "usage": ("/usage", "Usage"),
}


def fill(site: ConsoleSite, words: list[str]) -> None:
    """`words` are texts of others. All are in each long text, and in the rows of each list."""
    whole = "\n".join(words)
    rows = ["\n".join(words[number::MOST_ROWS]) for number in range(min(len(words), MOST_ROWS))]
    site.capabilities, site.groups = CAPABILITIES, ["stewards"]
    site.replies |= {
        ("GET", "/documents"): {"documents": [_document(number, text) for number, text in enumerate(rows)]},
        ("GET", "/conversations"): {"conversations": [_conversation(number, text) for number, text in enumerate(rows)]},
        ("GET", f"/conversations/{ID}"): {"conversation_id": ID, "title": whole, "turns": [_turn(whole)]},
        ("GET", f"/conversations/{ID}/turns/{ID}"): _turn_state(whole),
        ("GET", "/questionnaires"): {
            "questionnaires": [_questionnaire(number, text) for number, text in enumerate(rows)]
        },
        ("GET", f"/questionnaires/{ID}"): _questionnaire(0, whole)
        | {"questionnaire_id": ID, "map": {"sheet": whole}, "use_documents": True, "overwrite": False},
        ("GET", f"/questionnaires/{ID}/items"): {"items": [_item(number, text) for number, text in enumerate(rows, 1)]},
        ("GET", f"/questionnaires/{ID}/items/1"): _item_details(whole),
        ("GET", "/summaries"): {"jobs": [_job(number, text) for number, text in enumerate(rows)]},
        ("GET", f"/summaries/{ID}"): _job(0, whole) | {"error": _error(whole)},
        ("GET", "/debates"): {"runs": [_run(number, text) for number, text in enumerate(rows)]},
        ("GET", "/label-tasks"): {"tasks": [_label_task(number, text) for number, text in enumerate(rows)]},
        ("GET", f"/label-tasks/{ID}"): _label_task_details(whole, rows),
        ("GET", f"/label-tasks/{ID}/items"): {
            "items": [_label_item(number, text) for number, text in enumerate(rows, 1)]
        },
        ("GET", "/products"): {"products": [_product(number, text) for number, text in enumerate(rows)]},
        ("GET", "/products/lights"): _product_details(whole),
        ("GET", "/products/lights/lineage"): _product_lineage(rows),
        ("GET", "/audit"): {
            "entries": [_audit_entry(number, text) for number, text in enumerate(rows, 1)],
            "anchors": [],
        },
        ("GET", "/subscriptions"): {"subscriptions": [_request(number, text) for number, text in enumerate(rows)]},
        ("GET", "/usage"): _usage(rows),
        ("GET", "/flows"): {"flows": [{"name": text, "version": "3"} for text in rows], "may_edit": True},
        ("GET", "/flows/assistant"): _flow(whole),
        ("GET", "/flows/assistant/file"): _flow_file(whole),
        ("POST", "/flows/validate"): _validation(whole),
        ("GET", f"/flows/assistant/runs/{ID}"): _flow_run(whole),
    }


def _label_task(number: int, text: str) -> dict[str, Any]:
    statuses = ["OPEN", "CHECKING", "PREPARING", "REFUSED", "DONE", "FAILED", "UPLOADING"]
    return {
        "task_id": f"{number:032x}",
        "name": text,
        "schema_name": text,
        "media": "audio",
        "status": statuses[number % len(statuses)],
        "roles": ["owner", "annotator"],
        "progress": {"items": 9, "open": 4, "review": 2, "done": 2, "failed": 1},
        **TIMES,
    }


def _label_task_details(whole: str, rows: list[str]) -> dict[str, Any]:
    annotators = [
        {
            "annotator": text,
            "answers": 3,
            "accepted": 2,
            "rejected": 1,
            "known_items": 2,
            "precision": 0.75,
            "recall": 0.5,
        }
        for text in rows
    ]
    return _label_task(0, whole) | {
        "task_id": ID,
        "schema": {"name": whole, "version": "1", "tracks": []},
        "options": {},
        "agreement": 0.8312,
        "annotators": annotators,
        "error": _error(whole),
        "problem_count": 1,
        "problems": [{"line": 7, "reason": whole}],
        "failures": [{"line": 8, "reason": whole}],
        "export": {"status": "EXPORTED", "missing": [3], "links": {}},
    }


def _label_item(number: int, text: str) -> dict[str, Any]:
    statuses = ["OPEN", "REVIEW", "DONE", "FAILED"]
    return {
        "number": number,
        "status": statuses[number % len(statuses)],
        "source": text,
        "submitted": 2,
        "agreement": 0.5,
        "failure": text,
    }


def _error(text: str) -> dict[str, str]:
    return {"name": "UnreadablePdfError", "message": text}


def _citation(text: str) -> dict[str, Any]:
    return {"document_id": ID, "file_name": text, "excerpt": text, "page": 2}


def _document(number: int, text: str) -> dict[str, Any]:
    statuses = ["INGESTED", "INGESTED_WITH_GAPS", "INGESTING", "FAILED", "REMOVING"]
    return {
        "document_id": f"{number:032x}",
        "file_name": text,
        "status": statuses[number % len(statuses)],
        "page_count": 3,
        "picture_count": 2,
        "gap_count": 1,
        "unread_pages": [],
        "owned": True,
        "updated_at": AT,
        "usual_seconds": 180,
    }


def _conversation(number: int, text: str) -> dict[str, Any]:
    return {
        "conversation_id": ID if number == 0 else f"{number:032x}",
        "title": text,
        "started_at": AT,
        "updated_at": AT,
    }


def _turn(text: str) -> dict[str, Any]:
    return {
        "turn_id": ID,
        "question": text,
        "asked_at": AT,
        "withheld": False,
        "answer": f"{text} [1]",
        "citations": [_citation(text)],
    }


def _turn_state(text: str) -> dict[str, Any]:
    return {
        "turn_id": ID,
        "conversation_id": ID,
        "status": "DONE",
        "text": text,
        "withheld": False,
        "note": text,
        "support": {"level": "thin", "reasons": ["some_withheld"]},
        "why": {
            "passages": [_citation(text) | {"confidence": "low", "citation": 1}],
            "withheld": [{"reason": "unsupported", "text": text}, {"reason": "refused"}],
        },
    }


def _questionnaire(number: int, text: str) -> dict[str, Any]:
    told = {"file_name": text, "status": "ANSWERED", "owned": True, "question_count": 2}
    return {"questionnaire_id": f"{number:032x}", **told, **TIMES}


def _item(number: int, text: str) -> dict[str, Any]:
    return {
        "number": number,
        "question": text,
        "section": text,
        "kind": "text",
        "status": "answered",
        "completion": f"{text} [1]",
        "confidence": "low",
        "needs_review": True,
        "review": "open",
        "version": "7",
    }


def _item_details(text: str) -> dict[str, Any]:
    changes = [{"field": "completion", "before": text, "after": text}]
    return _item(1, text) | {
        "citations": [_citation(text)],
        "withheld_citations": 1,
        "reasons": [text],
        "comments": [{"by": text, "at": AT, "text": text}],
        "log": [{"at": AT, "by": text, "changes": changes}],
    }


def _run(number: int, text: str) -> dict[str, Any]:
    told = {"name": text, "source": text, "generation": "1", "status": "FAILED", "counts": {"decided": 3}}
    return {"run_id": f"{number:032x}", **told, **TIMES}


def _product(number: int, text: str) -> dict[str, Any]:
    told = {"name": text, "description": text, "terms": [text], "owner": text, "department": text}
    state = {"classification": "internal", "status": "published", "version": 1, "granted": False}
    return {"product_id": f"product-{number}", **told, **state, **TIMES} | {"managed": bool(number % 2)}


def _product_details(text: str) -> dict[str, Any]:
    quality = dict.fromkeys(("documents", "searchable", "failed", "pages", "images", "gaps"), 3)
    return _product(1, text) | {"owner_left": True, "quality": quality | {"oldest_at": AT, "newest_at": AT}}


def _product_lineage(words: list[str]) -> dict[str, Any]:
    counts = {"page_count": 3, "image_count": 2, "captioned_count": 1, "answer_count": 1}
    documents = [
        {"document_id": f"{number:032x}", "file_name": text, "status": "INGESTED", **counts}
        for number, text in enumerate(words)
    ]
    cites = [{"document_id": f"{0:032x}", "parts": ["text"]}]
    own = [
        {"conversation_id": ID, "turn_id": f"{number:032x}", "question": text, "asked_at": AT, "cites": cites}
        for number, text in enumerate(words)
    ]
    used = {"count": 2, "last_at": AT, "cites": cites}
    people = [{"user": f"{text} {number}", **used} for number, text in enumerate(words)]
    answers = {"own_count": len(own), "own": own, "count": 9, "is_least": True, "people": people}
    details = {"product_id": "lights", "name": "\n".join(words), "quality": _product_details("")["quality"]}
    return details | {"documents": documents, "withheld_documents": 1, "looked_at": 3, "answers": answers}


def _audit_entry(sequence: int, text: str) -> dict[str, Any]:
    told = {"at": AT, "event": text, "by": text, "product_id": text, "principal": text}
    return {"sequence": sequence, "told": json.dumps(told), "previous": "0" * 64, "digest": "0" * 64}


def _request(number: int, text: str) -> dict[str, Any]:
    told = {"product_name": text, "group": text, "requester": text, "purpose": text, "policies": [text]}
    state = {"status": "WAITING", "needed": ["steward"], "approvals": [], "ends_soon": False, "ends_at": 1_800_000_000}
    return {"subscription_id": f"{number:032x}", "product_id": f"product-{number}", **told, **state, **TIMES}


def _job(number: int, text: str) -> dict[str, Any]:
    told = {"name": text, "source": text, "generation": "1", "status": "FAILED", "counts": {"clean": 3}}
    return {"job_id": f"{number:032x}", **told, **TIMES}


def _usage(words: list[str]) -> dict[str, Any]:
    return {
        "from": "2026-11-27",
        "to": "2026-11-29",
        "total": SOME,
        "days": [{"day": "2026-11-28", **SOME}],
        "capabilities": [{"capability": text, **SOME} for text in words],
        "documents": [
            {"document_id": f"{number:032x}", "file_name": text, **SOME} for number, text in enumerate(words)
        ],
        "users": [{"subject": text, "user": text, **SOME} for text in words],
        "interventions": [{"type": text, "count": 1} for text in words],
        "failures": [{"error": text, "count": 1} for text in words],
        "budget": {"month": "2026-11", "used_usd": 41, "limit_usd": 50},
    }


def _flow_definition(text: str) -> dict[str, Any]:
    ask = [{"name": text, "type": "String", "expression": "$.data"}]
    template = {"text": {"text": text, "inputVariables": [{"name": text}]}}
    prompt = {
        "sourceConfiguration": {"inline": {"modelId": text, "templateType": "TEXT", "templateConfiguration": template}}
    }
    return {
        "nodes": [
            {"name": "Start", "type": "Input", "outputs": [{"name": "document", "type": "String"}]},
            {"name": text, "type": "Prompt", "configuration": {"prompt": prompt}, "inputs": ask, "outputs": ask},
            {"name": "Other", "type": text, "inputs": ask},
        ],
        "connections": [
            {
                "name": text,
                "source": source,
                "target": target,
                "type": "Data",
                "configuration": {"data": {"sourceOutput": output, "targetInput": text}},
            }
            for source, output, target in (("Start", "document", text), (text, text, "Other"))
        ],
    }


def _validation(text: str) -> dict[str, Any]:
    found = {"message": text, "severity": "Error", "type": text, "details": {"x": {"node": text}}}
    return {"validations": [found], "refusals": [text], "nodes": {}}


def _flow(text: str) -> dict[str, Any]:
    return {
        "name": text,
        "version": "3",
        "versions": [],
        "definition": _flow_definition(text),
        "validation": _validation(text),
        "may_edit": True,
    }


def _flow_file(text: str) -> dict[str, Any]:
    told = {"layout": "", "revision": "1", "is_draft": True, "saved_at": AT, "saved_by": text}
    return {"text": json.dumps(_flow_definition(text), indent=2), **told}


def _flow_run(text: str) -> dict[str, Any]:
    node = {
        "node": text,
        "type": "Prompt",
        "rounds": 1,
        "began_at": AT,
        "ended_at": "2026-11-29T08:00:02Z",
        "milliseconds": 2000,
        "inputs": {text: text},
        "outputs": {text: {"answer": text}},
        "conditions": [text],
        "guardrail": {"outcome": "masked", "kinds": [text]},
        "error": {"code": "DEPENDENCY_FAILED", "message": text},
    }
    output = {"node": text, "document": text}
    told = {"flow": "assistant", "version": "3", "status": "FAILED", "created_at": AT, "user": text}
    events = [{"flowInputEvent": {"nodeName": "Start", "content": {"document": text}}}]
    return {
        "run_id": ID,
        **told,
        "error": _error(text),
        "nodes": [node],
        "outputs": [output],
        "events": events,
        "definition": _flow_definition(text),
    }
