"""benchmarks/results.md is written section by section."""

from benchmarks.__main__ import with_section


def test_a_section_is_replaced_in_its_place_and_the_others_stay_as_they_are() -> None:
    first = with_section("", "Cold starts", "| a |\n|---|\n\n| b |")
    both = with_section(first, "Asking over the API", "| c |")
    assert both.index("## Asking over the API") < both.index("## Cold starts")
    again = with_section(both, "Asking over the API", "| d |")
    assert again == both.replace("| c |", "| d |")
