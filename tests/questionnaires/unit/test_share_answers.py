"""A question that is asked more than once has one answer."""

from tests.support.aws import World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import item_of, put_question

EVENT = sample_event("share_answers.twice.json")


ID = EVENT["questionnaire_id"]


def test_the_answer_of_the_first_is_the_answer_of_all(function: Function, aws: World) -> None:
    answer = {"answer": "{}", "confidence": "high", "needs_review": False, "written_by": "model"}
    put_question(aws, ID, 1, "Who keeps the pantry?", "answered", **answer)
    put_question(aws, ID, 2, "who keeps the pantry")
    put_question(aws, ID, 3, "Who keeps the pantry", "pending", review="edited")
    put_question(aws, ID, 4, "Where is the key?")
    assert function(EVENT) == {"shared": 1}
    assert item_of(aws, ID, 2)["confidence"] == "high"
    assert [item_of(aws, ID, number)["status"] for number in (1, 2, 3, 4)] == [
        "answered",
        "answered",
        "pending",
        "pending",
    ]
