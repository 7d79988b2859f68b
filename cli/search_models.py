"""Which models the search on this machine uses: those that come with Docent, or better ones that are downloaded."""

from cli import machine
from cli.machine import Say
from cli.target import CommandError
from local.models.chosen import Models
from local.models.fetch import FetchError, fetch
from local.settings import LocalSettings


def choose(settings: LocalSettings, wanted: Models | None, say: Say) -> None:
    """Keep the choice for this home and have its files ready; None keeps the last choice.

    A server that runs with other models is stopped, because they are loaded when it starts. Raises CommandError.
    """
    models = wanted or settings.models
    if models == "better":
        try:
            fetch(say)
        except FetchError as error:
            raise CommandError(str(error)) from error
    if models == settings.models:
        return
    if machine.is_running(settings):
        machine.stop(settings, say)
    settings.models_file.write_text(models)
    say(f"The search uses the {models} models. Passages that are indexed already are embedded again.")
