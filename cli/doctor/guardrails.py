"""Whether the guardrails are there, know the documents' languages, and really mask private data in German text."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import Finding, code_of, message_of, unchecked
from cli.doctor.subject import Guardrail, Subject

GUARDRAIL, GERMAN = "guardrail", "German private data"
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
