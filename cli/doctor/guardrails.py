"""Whether the guardrails are there, know the documents' languages, really mask private data in German text, and take
several texts in one call.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import Finding, code_of, message_of, unchecked
from cli.doctor.subject import Guardrail, Subject
from docent.errors.ingest import MaskingRefusedError
from docent.overlapping_pieces import masked_spans

GUARDRAIL, GERMAN, PACKED = "guardrail", "German private data", "texts in one call"
# Nobody's: a number that the Bundesnetzagentur keeps for films, the IBAN of specifications, a street of no town.
PROBES = {
    "NAME": "Erika Musterfrau",
    "ADDRESS": "Ahornallee 12, 10999 Berlin",
    "PHONE": "030 23125 4711",
    "EMAIL": "erika.musterfrau@beispiel.example",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": "DE89 3704 0044 0532 0130 00",
}
LETTER = (
    "Sehr geehrte Damen und Herren, bitte ändern Sie meine Angaben. Mein Name ist {NAME}, meine Anschrift lautet "
    "{ADDRESS}. Sie erreichen mich unter der Telefonnummer {PHONE} oder per E-Mail an {EMAIL}. Meine IBAN ist "
    "{INTERNATIONAL_BANK_ACCOUNT_NUMBER}. Mit freundlichen Grüßen"
)
# Each with a part of it that must not be left.
_TELLING = {
    "NAME": ("Musterfrau",),
    "ADDRESS": ("Ahornallee 12",),
    "PHONE": ("23125",),
    "EMAIL": ("@beispiel.example",),
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": ("3704 0044", "0532 0130"),
}
# All different, with and without something to mask: an output that is missing, joined or elsewhere shows.
PACKED_TEXTS = (
    "The customer writes from {EMAIL}.",
    "The router is sent again on Friday.",
    "Die Anschrift des Kunden lautet {ADDRESS}.",
    "The agent credits twelve euros.",
    "The refund goes to {INTERNATIONAL_BANK_ACCOUNT_NUMBER}.",
)


def guardrails(subject: Subject) -> Iterator[Finding]:
    bedrock, runtime = subject.target.client("bedrock"), subject.target.client("bedrock-runtime", attempts=3)
    for guardrail in subject.guardrails:
        try:
            found = bedrock.get_guardrail(guardrailIdentifier=guardrail.id, guardrailVersion=guardrail.version)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                told = f"The guardrail that {guardrail.used_by} uses does not exist. {message_of(error)}"
                yield Finding("fail", GUARDRAIL, told, "Deploy the stack again.")
            else:
                yield unchecked(GUARDRAIL, error)
            continue
        except BotoCoreError as error:
            yield unchecked(GUARDRAIL, error)
            continue
        yield from _as_described(found, guardrail)
        yield from _in_german(runtime, found, guardrail)
        if guardrail.texts_per_call:
            yield from _in_one_call(runtime, found, guardrail)


def _as_described(found: dict[str, Any], guardrail: Guardrail) -> Iterator[Finding]:
    name, status = f"{found['name']} (version {guardrail.version})", found["status"]
    if status != "READY":
        why = " ".join([*found.get("statusReasons", []), *found.get("failureRecommendations", [])])
        told = f"{name} is {status}. {why}".strip()
        yield Finding("fail" if status in ("FAILED", "DELETING") else "warn", GUARDRAIL, told, "Run doctor again.")
        return
    tiers = {
        found.get(policy, {}).get("tier", {}).get("tierName", "CLASSIC")
        for policy in ("contentPolicy", "topicPolicy")
        if policy in found
    }
    if "CLASSIC" in tiers:
        told = f"{name} uses the Classic tier, whose filters know English, French and Spanish only."
        yield Finding("warn", GUARDRAIL, told, "For other languages, deploy with the GuardrailProfile of the region.")
    else:
        yield Finding("ok", GUARDRAIL, f"{name} is ready.")


def _in_german(runtime: Any, found: dict[str, Any], guardrail: Guardrail) -> Iterator[Finding]:
    """Only the types are told, not the values: these are invented, but the next reader cannot know."""
    entities = found.get("sensitiveInformationPolicy", {}).get("piiEntities", [])
    configured = {each["type"] for each in entities} & PROBES.keys()
    if not configured:
        return
    text = LETTER.format(**PROBES)
    try:
        reply = runtime.apply_guardrail(
            guardrailIdentifier=guardrail.id,
            guardrailVersion=guardrail.version,
            source="OUTPUT",
            content=[{"text": {"text": text}}],
        )
    except (ClientError, BotoCoreError) as error:
        yield unchecked(GERMAN, error)
        return
    shown = "".join(each["text"] for each in reply["outputs"]) if reply["outputs"] else text
    left = sorted(kind for kind in configured if any(part in shown for part in _TELLING[kind]))
    if left:
        told = f"{found['name']} does not mask these in German text: {', '.join(left)}."
        remedy = (
            "Do not upload German documents with such data until it does. Deploy with the GuardrailProfile of the "
            "region, or add a regex to the guardrail in the template."
        )
        yield Finding("fail", GERMAN, told, remedy)
    else:
        yield Finding("ok", GERMAN, f"{found['name']} masks {', '.join(sorted(configured))} in German text.")


def _in_one_call(runtime: Any, found: dict[str, Any], guardrail: Guardrail) -> Iterator[Finding]:
    """Whether a reply has one output for each text that was sent, in their order, which AWS does not document."""
    texts = [text.format(**PROBES) for text in PACKED_TEXTS]
    try:
        reply = runtime.apply_guardrail(
            guardrailIdentifier=guardrail.id,
            guardrailVersion=guardrail.version,
            source="OUTPUT",
            content=[{"text": {"text": text}} for text in texts],
        )
    except (ClientError, BotoCoreError) as error:
        yield unchecked(PACKED, error)
        return
    outputs = [each["text"] for each in reply["outputs"]]
    if is_aligned(texts, outputs):
        told = f"{found['name']} masks several texts in one call and returns each at its place."
        faster = "" if guardrail.texts_per_call > 1 else "With TextsPerGuardrailCall=10, summaries are masked faster."
        yield Finding("ok", PACKED, f"{told} {faster}".strip())
    elif guardrail.texts_per_call > 1:
        told = f"What {found['name']} returns for several texts in one call cannot be told apart."
        yield Finding("warn", PACKED, told, "Deploy with TextsPerGuardrailCall=1; each text is now sent a second time.")
    else:
        yield Finding("ok", PACKED, f"{found['name']} masks one text a call.")


def is_aligned(texts: Sequence[str], outputs: Sequence[str]) -> bool:
    """Whether each output is its text with something masked, or as it was; and something was masked at all."""
    try:
        spans = [list(masked_spans(*pair)) for pair in zip(texts, outputs, strict=True) if pair[0] != pair[1]]
    except (MaskingRefusedError, ValueError):
        return False
    return bool(spans)
