"""What Q Business answers, as our API tells it (ChatAnswer in openapi.yaml)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

UNTITLED = "Untitled"


def chat_answer(answer: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Images are given as URLs of our own API, which begin with `base_url`."""
    message_id = answer["systemMessageId"]
    media = f"{base_url}/chat/media/{answer['conversationId']}/{message_id}"
    told = {
        "message": answer.get("systemMessage", ""),
        "conversation_id": answer["conversationId"],
        "message_id": message_id,
        "user_message_id": answer["userMessageId"],
        "citations": [
            _citation(each, number, media) for number, each in enumerate(answer.get("sourceAttributions", []), 1)
        ],
        "failed_attachments": [
            {"name": each.get("name", ""), "detail": each.get("error", {}).get("errorMessage", "It could not be read.")}
            for each in answer.get("failedAttachments", [])
        ],
        "action_review": _action(answer["actionReview"]) if answer.get("actionReview") else None,
        "authorization_url": answer.get("authChallengeRequest", {}).get("authorizationUrl"),
    }
    return _present(told)


def _citation(given: Mapping[str, Any], number: int, media: str) -> dict[str, Any]:
    updated = given.get("updatedAt")
    return _present(
        {
            "number": given.get("citationNumber", number),
            "title": given.get("title") or UNTITLED,
            "document_id": given.get("documentId"),
            "excerpt": given.get("snippet"),
            "url": given.get("url"),
            "updated_at": updated.astimezone(UTC).isoformat() if isinstance(updated, datetime) else None,
            "segments": [_segment(each, media) for each in given.get("textMessageSegments", [])],
        }
    )


def _segment(given: Mapping[str, Any], media: str) -> dict[str, Any]:
    """`mediaId` stands in the segment, or only in its source's details."""
    source = given.get("sourceDetails", {}).get("imageSourceDetails", {})
    media_id = given.get("mediaId") or source.get("mediaId")
    return _present(
        {
            "begin": given.get("beginOffset", 0),
            "end": given.get("endOffset", 0),
            "excerpt": given.get("snippetExcerpt", {}).get("text"),
            "media_url": f"{media}/{media_id}" if media_id else None,
            "media_type": given.get("mediaMimeType") or source.get("mediaMimeType"),
        }
    )


def _action(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = sorted(given.get("payload", {}).items(), key=lambda each: each[1].get("displayOrder", 0))
    return _present(
        {
            "plugin_id": given.get("pluginId"),
            "plugin_type": given.get("pluginType"),
            "separator": given.get("payloadFieldNameSeparator"),
            "fields": [
                _present(
                    {
                        "name": name,
                        "label": field.get("displayName"),
                        "description": field.get("displayDescription"),
                        "type": field.get("type"),
                        "required": field.get("required"),
                        "value": field.get("value"),
                        "allowed_values": [each.get("value") for each in field.get("allowedValues", [])] or None,
                    }
                )
                for name, field in fields
            ],
        }
    )


def _present(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
