"""Which index answers questions on this machine: Kendra, or S3 Vectors."""

from cli import machine
from cli.machine import Say
from local.settings import LocalSettings, SearchIndex


def choose(settings: LocalSettings, wanted: SearchIndex | None, say: Say) -> None:
    """Keep the choice for this home; None keeps the last choice.

    A stack that has the other index keeps it as the former one, as on AWS.
    """
    if wanted in (None, settings.index):
        return
    former = settings.index if machine.was_deployed(settings) else ""
    settings.index_file.write_text(f"{wanted} {former}")
    if former:
        say(f"The index is {wanted} from now on. `docent reingest` fills it and empties {former}.")
