"""Flow editors, who can change flows, try their nodes and see the runs of others."""

from docent.callers import Caller
from docent.errors.flows import FlowForbiddenError


def is_editor(caller: Caller, editors: str) -> bool:
    return editors in caller.groups


def check_editor(caller: Caller, editors: str) -> None:
    """Raises FlowForbiddenError for callers who are not in the group of flow editors."""
    if not is_editor(caller, editors):
        raise FlowForbiddenError(f"Only members of the group {editors} can do this, and you are none.")
