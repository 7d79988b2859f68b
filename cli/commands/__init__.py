"""The commands of `docent`: one module for each group of commands, found by cli/main.py.

Each module has an `app`, a `typer.Typer` with the panel of `docent --help` that shows it. If the `app` has a name, its
commands follow that name (`docent user add`); otherwise they follow `docent` itself (`docent ask`).

Import a module that does the work inside the command that needs it: `docent --help` and the shell's completion load
all modules here, and boto3 and httpx take most of a second.
"""

from enum import StrEnum


class Panel(StrEnum):
    """The panels of `docent --help`, in the order in which it shows them."""

    DOCUMENTS = "Documents"
    ANSWERS = "Questions and answers"
    CALLS = "Call transcripts"
    DEBATES = "Debates"
    FLOWS = "Flows"
    LABELING = "Labeling"
    GOVERNANCE = "Governance"
    SIGNING_IN = "Signing in"
    THIS_MACHINE = "AWS on this machine"
    OPERATIONS = "Operations"
