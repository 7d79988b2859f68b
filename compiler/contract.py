"""openapi.yaml: the parts of all capabilities as one contract."""

from collections.abc import Sequence

from compiler.merging import Part, merged
from compiler.project import NOTICE

ORDER = ("openapi", "info", "servers", "security", "paths", "components")
COMPONENTS = ("securitySchemes", "parameters", "schemas", "responses")


def contract(parts: Sequence[Part]) -> str:
    """Raises MergeError for parts that do not fit together."""
    notice = f"# {NOTICE.format('foundation/api.part.yaml and functions/*/api.part.yaml')}\n"
    return notice + merged(parts, ORDER, {"components": COMPONENTS})
