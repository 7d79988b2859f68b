"""The stack on this machine, with or without an identity provider."""

from cli import identity_providers, machine, people
from cli.chat_setup import connect_chat
from cli.events import prepare_events
from cli.identity_providers import Kind
from cli.target import Target
from cli.terminal import say
from local.settings import LocalSettings


def bring_up(settings: LocalSettings, kind: Kind | None, parameters: dict[str, str]) -> None:
    """Start AWS and deploy the template; `kind` is the identity provider's, `parameters` are the caller's."""
    target = Target(local=settings)
    machine.claim(settings)
    machine.start(settings, say)
    if kind is None:
        identity_providers.forget(settings, say)
        machine.keep_parameters(settings, parameters)
    else:
        provider = identity_providers.start(settings, kind, say)
        machine.keep_parameters(settings, connect_chat(target, provider) | parameters)
    deployed = machine.deploy(settings, say)
    if kind is not None:
        identity_providers.send_people_to(settings, kind, target.outputs["ApiUrl"])
    people.sign_in_locally(target, say)
    if deployed:
        prepare_events(Target(local=settings), settings.home)
