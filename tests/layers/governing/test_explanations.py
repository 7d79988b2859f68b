"""Why it was decided so: the policies, the facts they read, and the smallest change that decides otherwise."""

from dataclasses import replace

import pytest

from compiler.policies import STEWARDS
from governing.access_policy import Wish
from governing.explanations import explanation_of, smallest_changes
from tests.support.governed_access import DEPOSITS

WISH = Wish(DEPOSITS, STEWARDS, "user:mary@example.com", ("energy",), "Campaign", 90)


def of(classification: str, **changes: object) -> Wish:
    return replace(WISH, product=replace(DEPOSITS, classification=classification), **changes)


def test_what_no_policy_allows_names_the_facts_that_could_have_allowed_it() -> None:
    explanation = explanation_of(WISH)
    assert (explanation["allowed"], explanation["policies"]) == (False, [])
    facts = {fact["name"]: fact["value"] for fact in explanation["facts"]}
    assert facts == {
        "principal": "user:mary@example.com in energy",
        "resource.classification": "personal_data",
        "resource.department": "deposits",
        "context.approvals": "none",
    }


def test_what_is_allowed_names_the_policy_that_allows_it_and_its_facts() -> None:
    explanation = explanation_of(of("personal_data", approvals=frozenset({"steward"})))
    assert explanation["allowed"]
    assert [policy["id"] for policy in explanation["policies"]] == ["personal_data_needs_a_steward"]
    assert 'context.approvals.contains("steward")' in explanation["policies"][0]["text"]
    assert [fact["name"] for fact in explanation["facts"]] == ["context.approvals", "resource.classification"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (of("personal_data"), [("the steward approves",), ("the classification is public",)]),
        (
            of("internal"),
            [
                ("the owner approves",),
                ("the classification is public",),
                ("mary@example.com is in the group deposits",),
            ],
        ),
        (
            of("internal", groups=("deposits",)),
            [
                ("the classification is confidential",),
                ("the classification is personal_data",),
                ("mary@example.com is not in the group deposits",),
                ("the product is retired",),
            ],
        ),
        (of("public", days=400), [("it ends within a year",)]),
        (of("public", purpose=""), [("a purpose is stated",)]),
        (
            replace(WISH, product=replace(DEPOSITS, status="retired", classification="public")),
            [("the product is published",)],
        ),
    ],
)
def test_the_smallest_changes_are_all_that_decide_otherwise(wish: Wish, expected: list[tuple[str, ...]]) -> None:
    assert smallest_changes(wish) == expected


def test_confidential_needs_two_changes_where_one_does_not_do() -> None:
    assert ("the classification is public",) in smallest_changes(of("confidential"))
    late = of("confidential", days=400)
    assert all(len(changes) == 2 for changes in smallest_changes(late))
