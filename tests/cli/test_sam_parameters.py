"""Template parameters on SAM's command line, read back as SAM reads them."""

import pytest
from samcli.cli.types import CfnParameterOverridesType

from cli.sam_parameters import override
from cli.target import CommandError


@pytest.mark.parametrize(
    "value",
    [
        "", "plain", "two words", "a=b=c", "a,b,c", 'say "yes"', "it's", "'quoted'", '"quoted"', '"', "'",
        "rate(1 hour)", "https://x.example/?a=1&b=2#c", "Name=other Second=x", "$HOME `id` ;|&<>*?",
        "C:\\Temp\\x", "ä ö 東京", "[x]{y}", "  spaces around  ", "line\nbreak", "s3://bucket/a key.csv",
    ],
    ids=repr,
)  # fmt: skip
def test_sam_reads_the_value_that_was_given(value: str) -> None:
    assert CfnParameterOverridesType().convert((override("Name", value),), None, None) == {"Name": value}


@pytest.mark.parametrize("value", ["ends\\", 'a\\"b', "a\\ b", "ParameterKey=A,ParameterValue=B"], ids=repr)
def test_what_sam_would_change_is_refused(value: str) -> None:
    with pytest.raises(CommandError, match="SAM cannot be given this value of Name"):
        override("Name", value)


@pytest.mark.parametrize("name", ["", "Two words", "a-b"], ids=repr)
def test_what_is_no_name_of_a_parameter_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="NAME=VALUE"):
        override(name, "x")
