"""Amazon Bedrock's ApplyGuardrail on one machine, driven by the guardrail's own definition.

Words, patterns, private data and masking work as on AWS. Content filters are short word lists; denied topics and
grounding are sentence vectors with checks. Images are counted in `guardrailCoverage` but not examined.
Errors: ValidationException (400), ResourceNotFoundException (404), in AWS's shape.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from local.bedrock import guardrail_policies as policies
from local.bedrock import spacy_names
from local.bedrock.guardrail_policies import UnusablePatternError, entries

Definition = dict[str, Any]

UNIT = 1_000  # characters of a text unit
MAX_UNITS = 25  # text units in one call
MAX_SOURCE, MAX_QUERY, MAX_ANSWER = 100_000, 1_000, 5_000  # characters, for the grounding check
INLINE = 500  # characters; longer texts are processed in a thread

REASONS = {"BLOCKED": "Guardrail blocked.", "ANONYMIZED": "Guardrail masked.", "NONE": "No action."}
# The counters of ApplyGuardrail's usage, and the lists of the definition that each one covers.
UNITS = {
    "topicPolicyUnits": (("topic", "topics"),),
    "contentPolicyUnits": (("content", "filters"),),
    "wordPolicyUnits": (("word", "words"), ("word", "managedWordLists")),
    "sensitiveInformationPolicyUnits": (("sensitiveInformation", "piiEntities"),),
    "sensitiveInformationPolicyFreeUnits": (("sensitiveInformation", "regexes"),),
}


class GuardrailEngine:
    """`definition_of(identifier or ARN, version)` returns a guardrail as CreateGuardrail or GetGuardrail has it."""

    def __init__(self, definition_of: Callable[[str, str], Definition | None]) -> None:
        self._definition_of = definition_of

    async def warm(self) -> None:
        """Loads the model for names, if one was chosen, so that the first calls do not wait for it."""
        await asyncio.to_thread(spacy_names.warm)

    async def apply(self, identifier: str, version: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """ApplyGuardrail's answer to `request`, its JSON body: (HTTP status, JSON body)."""
        definition = self._definition_of(identifier, version)
        if definition is None:
            message = "The guardrail identifier or version provided in the request does not exist."
            return 404, {"__type": "ResourceNotFoundException", "message": message}
        try:
            call = Call(definition, identifier, version, request)
            if call.needs_a_thread:
                return 200, await asyncio.to_thread(call.response)
            return 200, call.response()
        except InvalidCallError as error:
            return 400, {"__type": "ValidationException", "message": str(error)}
        except UnusablePatternError as error:
            message = f"The regex {error} of the guardrail is not usable on this text."
            return 400, {"__type": "ValidationException", "message": message}


class InvalidCallError(Exception):
    """A call that AWS refuses with a ValidationException."""


class Call:
    """One ApplyGuardrail call with its texts by role, checked against the limits."""

    def __init__(self, definition: Definition, identifier: str, version: str, request: dict[str, Any]) -> None:
        self.definition, self.identifier, self.version = definition, identifier, version
        self.source = request.get("source")
        self.full = request.get("outputScope") == "FULL"
        content = request.get("content")
        if self.source not in ("INPUT", "OUTPUT"):
            raise InvalidCallError("Value at 'source' must be one of [INPUT, OUTPUT].")
        if request.get("outputScope") not in (None, "INTERVENTIONS", "FULL"):
            raise InvalidCallError("Value at 'outputScope' must be one of [INTERVENTIONS, FULL].")
        if not isinstance(content, list) or not content:
            raise InvalidCallError("Value at 'content' must hold at least one content block.")
        self.texts: list[str] = []
        self.context: dict[str, list[str]] = {"grounding_source": [], "query": []}
        self.images = 0
        for block in content:
            self._take(block)
        self._check_limits()

    def _take(self, block: Any) -> None:
        if isinstance(block, dict) and "image" in block:
            self.images += 1
            return
        text = block.get("text") if isinstance(block, dict) else None
        if not isinstance(text, dict) or not isinstance(text.get("text"), str) or not text["text"].strip():
            raise InvalidCallError("The text of a content block must not be empty.")
        roles = set(text.get("qualifiers") or ())
        if roles - {"grounding_source", "query", "guard_content"}:
            raise InvalidCallError("Value at 'qualifiers' must be of [grounding_source, query, guard_content].")
        for role in roles & self.context.keys():
            self.context[role].append(text["text"])
        if not roles & self.context.keys() or "guard_content" in roles:
            self.texts.append(text["text"])

    def _check_limits(self) -> None:
        if units(self.texts) > MAX_UNITS:
            raise InvalidCallError(f"The guarded text is longer than {MAX_UNITS} text units of {UNIT} characters.")
        if not self.checks_grounding:
            return
        for name, texts, limit in (
            ("grounding source", self.context["grounding_source"], MAX_SOURCE),
            ("query", self.context["query"], MAX_QUERY),
            ("guarded text", self.texts, MAX_ANSWER),
        ):
            if sum(map(len, texts)) > limit:
                raise InvalidCallError(f"The {name} is longer than the {limit} characters of a grounding check.")

    @property
    def checks_grounding(self) -> bool:
        """AWS checks grounding on outputs only. The check needs an answer, a source and a query."""
        return bool(
            self.source == "OUTPUT" and all(self.context.values()) and self.entries("contextualGrounding", "filters")
        )

    @property
    def needs_a_thread(self) -> bool:
        """Vectors and long texts take too long for the event loop."""
        heavy = self.checks_grounding or self.entries("topic", "topics") or spacy_names.are_chosen()
        return bool(heavy or sum(map(len, self.texts)) > INLINE)

    def entries(self, policy: str, kind: str) -> list[dict[str, Any]]:
        return entries(self.definition, policy, kind)

    def response(self) -> dict[str, Any]:
        begun = time.perf_counter()
        assessment, outputs = self._assessed()
        actions = {entry["action"] for policy in assessment.values() for found in policy.values() for entry in found}
        action = next((what for what in ("BLOCKED", "ANONYMIZED") if what in actions), "NONE")
        if action == "BLOCKED":
            said = "blockedInputMessaging" if self.source == "INPUT" else "blockedOutputsMessaging"
            outputs = [self.definition.get(said) or "Blocked by guardrail."]
        usage, coverage = self._usage(), self._coverage()
        metrics = {
            "guardrailProcessingLatency": max(1, round(1000 * (time.perf_counter() - begun))),
            "usage": usage,
            "guardrailCoverage": coverage,
        }
        details = {"invocationMetrics": metrics, "appliedGuardrailDetails": self._details()}
        return {
            "usage": usage,
            "action": "NONE" if action == "NONE" else "GUARDRAIL_INTERVENED",
            "actionReason": REASONS[action],
            "outputs": [] if action == "NONE" else [{"text": text} for text in outputs],
            "assessments": [assessment | details],
            "guardrailCoverage": coverage,
        }

    def _assessed(self) -> tuple[dict[str, dict[str, list[dict[str, Any]]]], list[str]]:
        """The findings of each policy that found something, and the masked texts."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {
            "topicPolicy": {"topics": []},
            "contentPolicy": {"filters": []},
            "wordPolicy": {"customWords": [], "managedWordLists": []},
            "sensitiveInformationPolicy": {"piiEntities": [], "regexes": []},
            "contextualGroundingPolicy": {"filters": []},
        }
        outputs = []
        whole, source, full = "\n".join(self.texts), str(self.source), self.full
        of = self.entries
        found["topicPolicy"]["topics"] = policies.denied_topics(of("topic", "topics"), source, whole, full)
        found["contentPolicy"]["filters"] = policies.content_filters(of("content", "filters"), source, whole, full)
        words = found["wordPolicy"]
        words["customWords"] = policies.custom_words(of("word", "words"), source, whole)
        words["managedWordLists"] = policies.managed_words(of("word", "managedWordLists"), source, whole)
        private = found["sensitiveInformationPolicy"]
        for text in self.texts:
            entities, hidden = policies.private_entities(of("sensitiveInformation", "piiEntities"), source, text, full)
            patterns, also_hidden = policies.private_patterns(of("sensitiveInformation", "regexes"), source, text)
            private["piiEntities"] += [entry for entry in entities if entry not in private["piiEntities"]]
            private["regexes"] += [entry for entry in patterns if entry not in private["regexes"]]
            outputs.append(policies.masked(text, hidden + also_hidden))
        if self.checks_grounding:
            found["contextualGroundingPolicy"]["filters"] = policies.contextual_grounding(
                of("contextualGrounding", "filters"),
                "\n".join(self.context["grounding_source"]),
                "\n".join(self.context["query"]),
                whole,
            )
        return {policy: lists for policy, lists in found.items() if any(lists.values())}, outputs

    def _usage(self) -> dict[str, int]:
        guarded = units(self.texts)
        usage = {name: guarded * any(self.entries(*kind) for kind in kinds) for name, kinds in UNITS.items()}
        everything = [*self.texts, *self.context["grounding_source"], *self.context["query"]]
        return usage | {
            "contextualGroundingPolicyUnits": units(everything) * self.checks_grounding,
            "contentPolicyImageUnits": 0,
        }

    def _coverage(self) -> dict[str, Any]:
        guarded = sum(map(len, self.texts))
        total = guarded + sum(len(text) for texts in self.context.values() for text in texts)
        coverage: dict[str, Any] = {"textCharacters": {"guarded": guarded, "total": total}}
        return coverage | ({"images": {"guarded": 0, "total": self.images}} if self.images else {})

    def _details(self) -> dict[str, Any]:
        details = {
            "guardrailId": self.definition.get("guardrailId") or self.identifier.rpartition("/")[2],
            "guardrailVersion": self.version,
            "guardrailOrigin": ["REQUEST"],
            "guardrailOwnership": "SELF",
        }
        arn = self.definition.get("guardrailArn")
        return details | ({"guardrailArn": arn} if arn else {})


def units(texts: list[str]) -> int:
    """Text units of all texts together, rounded up."""
    return -(-sum(map(len, texts)) // UNIT)
