"""All checks of a stack, one after the other."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.account import credentials, region, stack_name
from cli.doctor.findings import Check, Finding, unchecked
from cli.doctor.guardrails import guardrails
from cli.doctor.index import index
from cli.doctor.language_model import language_model
from cli.doctor.models import models
from cli.doctor.quotas import quotas
from cli.doctor.subject import Subject
from cli.doctor.vector_index import vector_index

# For this machine too; what AWS decides about an account cannot be checked there.
EVERYWHERE: tuple[Check, ...] = (models, guardrails, index, vector_index, quotas)
IN_AN_ACCOUNT: tuple[Check, ...] = (stack_name, region)
ON_THIS_MACHINE: tuple[Check, ...] = (language_model,)


def examine(subject: Subject) -> Iterator[Finding]:
    """The findings, each as soon as it is known. Without credentials there is nothing else to find."""
    if not subject.target.is_local:
        known = list(credentials(subject))
        yield from known
        if any(each.status == "fail" for each in known):
            yield from stack_name(subject)
            return
    for check in (*(ON_THIS_MACHINE if subject.target.is_local else IN_AN_ACCOUNT), *EVERYWHERE):
        try:
            yield from check(subject)
        except (ClientError, BotoCoreError) as error:
            yield unchecked(check.__name__.replace("_", " "), error)
