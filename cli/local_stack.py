"""The stack on this machine, with or without an identity provider."""

from cli import identity_providers, machine, people, search_index, search_models
from cli.chat_setup import connect_chat
from cli.events import prepare_events
from cli.identity_providers import Kind
from cli.target import Target
from cli.terminal import say
from local.models.chosen import Models
from local.settings import LocalSettings, SearchIndex


def bring_up(
    settings: LocalSettings,
    kind: Kind | None,
    parameters: dict[str, str],
    models: Models | None = None,
    index: SearchIndex | None = None,
) -> None:
    """Start AWS and deploy the template; `kind` is the identity provider's, `parameters` are the caller's.

    Without `models` or `index`, those that were chosen last are used.
    """
    target = Target(local=settings)
    machine.claim(settings)
    search_models.choose(settings, models, say)
    search_index.choose(settings, index, say)
    machine.start(settings, say)
    if kind is None:
        identity_providers.forget(settings, say)
        machine.keep_parameters(settings, parameters)
    else:
        provider = identity_providers.start(settings, kind, say)
        machine.keep_parameters(settings, connect_chat(target, provider) | parameters)
    deployed = machine.deploy(settings, say)
    if kind is not None:
        identity_providers.send_people_to(settings, kind, target.outputs["ApiUrl"], target.outputs["ConsoleUrl"])
    people.sign_in_locally(target, say)
    if deployed:
        prepare_events(Target(local=settings), settings.home)
