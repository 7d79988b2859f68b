"""YAML read with libyaml, which takes a tenth of the time that PyYAML's own parser takes."""

from typing import Any

import yaml
from samcli.yamlhelper import intrinsics_multi_constructor

# A wheel of PyYAML has libyaml; one built from source may lack it.
Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateLoader(Loader):
    """Knows CloudFormation's short forms: `!Ref Name` is `{"Ref": "Name"}`."""


_TemplateLoader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_yaml(text: str) -> Any:
    return yaml.load(text, Loader)  # noqa: S506 - a SafeLoader


def read_template(text: str) -> Any:
    """A SAM template, as `sam` reads it."""
    return yaml.load(text, _TemplateLoader)  # noqa: S506 - a SafeLoader
