"""The parts of a long image are read as one text."""

import pytest

from local.bedrock.image_parts import in_parts, one_text

LINES = [f"Log entry {number}: pump {number} delivered {number * 37} litres" for number in range(1, 13)]


def test_the_prompt_of_caption_image_is_known() -> None:
    from caption_image.image_captions import PARTS, PROMPT

    assert in_parts(PARTS.format(count=3, direction="from top to bottom"))
    assert not in_parts(PROMPT)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (LINES[:6], LINES[6:]),
        (LINES[:7], LINES[5:]),
        ([*LINES[:6], "Loq ontry 7: pwwp"], ["ivnp 6 dolivorod", *LINES[6:]]),
        ([*LINES[:7], "l oq cntrv"], LINES[6:]),
        (LINES[:7], ["l oq cntrv", *LINES[5:]]),
    ],
    ids=["apart", "overlapping", "without a line whole in both", "cut before", "cut behind"],
)
def test_what_two_parts_show_is_said_once(first: list[str], second: list[str]) -> None:
    found = one_text(["\n".join(first), "\n".join(second)]).splitlines()
    assert [line for line in found if line in LINES] == LINES


def test_lines_that_are_alike_by_nature_are_kept() -> None:
    assert one_text(["Total 1\nFirst page", "Second page\nTotal 2"]).splitlines() == [
        "Total 1",
        "First page",
        "Second page",
        "Total 2",
    ]
