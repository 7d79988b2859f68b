"""template.yaml: the parts of all capabilities as one plain SAM template."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from compiler.merging import MergeError, Part, merged, slices
from compiler.project import NOTICE

ORDER = (
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Parameters",
    "Rules",
    "Conditions",
    "Globals",
    "Resources",
    "Outputs",
)
# A path in a part is relative to the part, in the template to the template.
PATH = re.compile(r"^(\s+(?:\w+Uri|Parameters: \{ Location): )(\.{1,2}/[^\s}]+)", re.MULTILINE)
COMPILED = re.compile(r"^(?P<indent> *)(?P<key>(?:- )?(?:[\w\"-]+: )?)!Compiled (?P<name>\w+)$")


def template(parts: Sequence[Part], snippets: str, computed: Mapping[str, str]) -> str:
    """The template's text. `computed` are further values for `!Compiled`, each of one line.

    Raises MergeError for parts that do not fit together, and for `!Compiled` of a name that there is not.
    """
    values = slices(Part("foundation/snippets.yaml", snippets))
    values |= {name: [f"{name}: {value}"] for name, value in computed.items()}
    text = merged([Part(part.name, _with_paths(part)) for part in parts], ORDER, banners=["Resources"])
    lines = [line for each in text.splitlines() for line in _compiled(each, values)]
    return f"# {NOTICE.format('foundation/ and functions/*/template.part.yaml')}\n" + "\n".join(lines) + "\n"


def _with_paths(part: Part) -> str:
    folder = PurePosixPath(part.name).parent

    def from_the_root(found: re.Match[str]) -> str:
        steps: list[str] = []
        for step in (folder / found[2]).parts:
            if step == "..":
                steps.pop()
            else:
                steps.append(step)
        return found[1] + "/".join(steps)

    return PATH.sub(from_the_root, part.text)


def _compiled(line: str, values: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The line, or where it names a value, the lines that this value takes there. A value can name others."""
    found = COMPILED.match(line)
    if not found:
        if "!Compiled" in line:
            raise MergeError(f"!Compiled must be the whole value of its line: {line.strip()}")
        return [line]
    if found["name"] not in values:
        raise MergeError(f"!Compiled {found['name']} is neither in foundation/snippets.yaml nor computed.")
    first, *rest = (line for each in values[found["name"]] for line in _compiled(each, values))
    inline = first.split(":", 1)[1].strip()
    key, indent = found["key"], found["indent"]
    if inline:  # a value of its own line, or the beginning of one such as `!Sub`
        return [f"{indent}{key}{inline}", *(f"{indent}{each}" if each else "" for each in rest)]
    if key == "- ":
        body = [each.removeprefix("  ") for each in rest]
        return [f"{indent}- {body[0]}", *(f"{indent}  {each}" if each else "" for each in body[1:])]
    return [f"{indent}{key.rstrip()}", *(f"{indent}{each}" if each else "" for each in rest)]
