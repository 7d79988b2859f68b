"""`docent doctor` on the stack of this machine."""

from cli.doctor.examination import examine
from cli.doctor.subject import Subject
from tests.support.stack import Stack


def test_the_deployed_stack_is_in_order_and_masks_german_private_data(stack: Stack) -> None:
    findings = list(examine(Subject.deployed(stack.target)))
    assert [each for each in findings if each.status == "fail"] == []
    assert {each.check for each in findings} == {
        "model access", "guardrail", "German private data", "texts in one call", "index", "Lambda concurrency",
        "language model",
    }  # fmt: skip
    german = [each.told for each in findings if each.check == "German private data"]
    assert len(german) == 3
    assert any("ADDRESS" in told and "PHONE" in told for told in german)


def test_a_model_that_refuses_fails_with_its_reason(stack: Stack) -> None:
    stack.faults("bedrock-runtime.ConverseStream=AccessDeniedException")
    failed = [each for each in examine(Subject.deployed(stack.target)) if each.status == "fail"]
    assert [each.check for each in failed] == ["model access"]
    assert failed[0].told == "A fault that was asked for."
