"""What policies decide, and which of them cannot be deployed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.policies import STEWARDS, problems_of
from governing.access_policy import Wish, may_subscribe, roles_needed
from governing.cedar_policies import FOLDER, PolicySet, Question, decide, policies
from tests.support.governed_access import DEPOSITS
from tests.support.project import ROOT

CASES = ROOT / "tests" / "governance" / "policies"
PUBLIC = replace(DEPOSITS, classification="public")
WISH = Wish(PUBLIC, STEWARDS, "user:mary@example.com", ("energy",), "Campaign", 90)


def with_policy(text: str) -> PolicySet:
    known = policies()
    return PolicySet({**known.files, "zz_more": text}, known.schema)


def test_every_policy_can_be_deployed() -> None:
    assert problems_of(FOLDER, CASES) == []


def test_a_forbid_with_a_misspelt_attribute_denies() -> None:
    """Cedar skips it, and the permit would win."""
    assert may_subscribe(WISH).is_allowed
    misspelt = with_policy(
        '@id("zz_more") forbid (principal, action, resource) when { resource.clasification == "x" };'
    )
    decision = may_subscribe(WISH, misspelt)
    assert not decision.is_allowed
    assert len(decision.errors) == 1


def test_a_missing_entity_denies() -> None:
    question = WISH.to_question()
    for kind in ("Product", "User"):
        entities = [entity for entity in question.entities if entity["uid"]["type"] != kind]
        decision = decide(replace(question, entities=entities))
        assert (decision.is_allowed, bool(decision.errors)) == (kind == "User", kind == "Product"), kind


@pytest.mark.parametrize(
    "question",
    [
        Question(("User", "a"), "subscribe", ("Product", "p"), {}, []),
        Question(("User", "a"), "read", ("Product", "p"), {}, []),
        Question(("Nobody", "a"), "subscribe", ("Product", "p"), {"approvals": [], "purpose": "", "days": 1}, []),
    ],
)
def test_what_cannot_be_decided_is_not_allowed(question: Question) -> None:
    decision = decide(question)
    assert not decision.is_allowed
    assert decision.errors


@pytest.mark.parametrize("name", ['a"b', "a\\b", "Größe 🗝", "a'b", "x::y", "a\u00a0b", "a\u200bb"])
def test_names_are_names_whatever_they_hold(name: str) -> None:
    internal = replace(DEPOSITS, classification="internal", department=name)
    wish = replace(WISH, product=internal, principal=f"user:{name}", groups=(name,))
    assert may_subscribe(wish).policies == ("same_department_is_granted",)
    assert not may_subscribe(replace(wish, groups=())).is_allowed


def test_the_fewest_roles_are_asked() -> None:
    needed = {
        each: roles_needed(replace(WISH, product=replace(DEPOSITS, classification=each)))
        for each in ("public", "internal", "personal_data", "confidential")
    }
    assert needed == {
        "public": (),
        "internal": ("owner",),
        "personal_data": ("steward",),
        "confidential": ("steward", "owner"),
    }
    assert roles_needed(replace(WISH, purpose="")) is None


WRONG = {
    "does not parse": (
        '// A comment\n@id("{}")\npermit (principal, action == Action::"subscribe", resource)\nwhen {{ 1 + }};\n',
        ":4: it does not parse",
    ),
    "ends too early": ('@id("{}")\npermit (principal, action, resource)\nwhen {{ true\n', ":3: it does not parse"),
    "misspelt attribute": (
        '@id("{}")\npermit (principal, action == Action::"subscribe", resource)\nwhen {{\n'
        '  resource.clasification == "public" }};\n',
        ":4: it does not fit the schema",
    ),
    "unknown action": ('@id("{}")\n\npermit (principal, action == Action::"read", resource);\n', ":3: it does not fit"),
    "no id": ("permit (principal, action, resource);\n", ":1: a policy has one @id"),
    "two policies": (
        '@id("{}")\npermit (principal, action, resource);\nforbid (principal, action, resource);\n',
        ":1: a file has one policy",
    ),
    "no test": ('@id("{}")\nforbid (principal, action == Action::"revoke", resource);\n', ":1: it has no test"),
    "the id of another": (
        '\n@id("public_is_granted")\npermit (principal, action, resource);\n',
        ':2: its @id is "public_is_granted"',
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_policy_is_refused_with_its_file_and_line(tmp_path: Path, name: str) -> None:
    text, problem = WRONG[name]
    folder = shutil.copytree(FOLDER, tmp_path / "policies")
    (folder / "zz_more.cedar").write_text(text.format("zz_more"))
    assert any(found.startswith(f"zz_more.cedar{problem}") for found in problems_of(folder, CASES))


def test_an_id_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "policies")
    shutil.copy(folder / "public_is_granted.cedar", folder / "again.cedar")
    assert 'public_is_granted.cedar:2: again.cedar has the @id "public_is_granted" already.' in problems_of(
        folder, CASES
    )


def test_a_test_that_would_pass_without_its_policy_is_none(tmp_path: Path) -> None:
    cases = shutil.copytree(CASES, tmp_path / "cases")
    (cases / "purpose_is_stated.yaml").write_text("- { when: it is internal, action: subscribe, allowed: false }\n")
    (problem,) = problems_of(FOLDER, cases)
    assert problem.startswith("purpose_is_stated.cedar:1: its test would pass without it")


def test_a_case_that_comes_out_otherwise_is_told(tmp_path: Path) -> None:
    cases = shutil.copytree(CASES, tmp_path / "cases")
    case = "- { when: it is public, action: subscribe, classification: public, allowed: false }\n"
    (cases / "public_is_granted.yaml").write_text(case)
    assert "public_is_granted.yaml:1: it is public: it is allowed." in problems_of(FOLDER, cases)
