"""Forgetting, through the handler: what the selected uploads left is gone, what anybody still shows stays."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.errors import MisconfiguredError, TransientError
from tests.support.aws import World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EARLIER = sample_event("forget_document.earlier.json")
DOCUMENT_ID = EARLIER["selection"]["document_id"]
OTHER_ID = "e" * 32
CAPTIONS = {"a-model|1": {"text": CANARY, "description": CANARY}}


def generation(number: int) -> str:
    return f"{number:032X}"


def prefix(number: int, document_id: str = DOCUMENT_ID) -> str:
    return f"documents/{document_id}/{generation(number)}/"


def forgetting(which: str, number: int) -> dict[str, Any]:
    chosen = {"document_id": DOCUMENT_ID, "which": which, "generation": generation(number)}
    return {"selection": chosen}


def upload(aws: World, number: int, letters: str, document_id: str = DOCUMENT_ID) -> None:
    """What one upload leaves behind: an image for each letter, and everything made of it."""
    source = {"bucket": "docent-documents", "key": "a.pdf"}
    document = {"document_id": document_id, "generation": generation(number), "source": source}
    places = [{"page": 1, "bbox": [0, 0, 9, 9]}]
    images = [
        {"picture_id": letter, "format": "png", "width": 9, "height": 9, "kind": "embedded", "places": places}
        for letter in letters
    ]
    manifest = {"document": document, "page_count": 1, "figures": images, "gaps": [], "skipped": {}}
    aws.put(f"{prefix(number, document_id)}manifest.json", manifest)
    aws.put(f"{prefix(number, document_id)}entries.json", {})
    for letter in letters:
        for name in (f"images/{letter}.png", f"captions/{letter}.json", f"pictures/{letter}.json"):
            aws.put(f"{prefix(number, document_id)}{name}", CANARY.encode())


@pytest.fixture(autouse=True)
def _nothing_yet(aws: World) -> None:
    for key in aws.list_keys():
        aws.delete(key)


def test_the_sample_event_forgets_the_earlier_upload_only(function: Function, aws: World) -> None:
    for number in (0, 1):
        upload(aws, number, "a")
    assert function(EARLIER) == {"generations": 1, "objects": 5}
    assert aws.list_keys(prefix(0)) == set()
    assert len(aws.list_keys(prefix(1))) == 5


@pytest.mark.parametrize(
    ("which", "number", "stays"),
    [
        ("before", 1, {1, 2, 17}),
        ("before", 2, {2, 17}),
        ("before", 18, set()),
        ("through", 1, {2, 17}),
        ("through", 17, set()),
        ("only", 2, {1, 17}),
        ("only", 5, {1, 2, 17}),
    ],
)
def test_the_selected_uploads_are_gone_and_the_others_stay(
    function: Function, aws: World, which: str, number: int, stays: set[int]
) -> None:
    for each in (1, 2, 17):
        upload(aws, each, "ab")
    upload(aws, 1, "ab", OTHER_ID)
    result = function(forgetting(which, number))
    assert result == {"generations": 3 - len(stays), "objects": (3 - len(stays)) * 8}
    assert {each for each in (1, 2, 17) if aws.list_keys(prefix(each))} == stays
    assert len(aws.list_keys(prefix(1, OTHER_ID))) == 8, "another document is none of its business"


def test_the_article_listed_one_page_of_objects_and_ours_finds_and_deletes_them_all(
    function: Function, aws: World
) -> None:
    for number in range(1005):
        aws.put(f"{prefix(1)}pictures/{number}.json", b"{}")
    assert function(forgetting("through", 1))["objects"] == 1005
    assert aws.list_keys(prefix(1)) == set()


def test_nothing_to_forget_is_nothing_wrong(function: Function, aws: World) -> None:
    assert function(forgetting("through", 9)) == {"generations": 0, "objects": 0}


def test_forgetting_twice_changes_nothing(function: Function, aws: World) -> None:
    upload(aws, 1, "ab")
    aws.hold_image("a", [DOCUMENT_ID, OTHER_ID], CAPTIONS)
    function(forgetting("through", 1))
    assert function(forgetting("through", 1)) == {"generations": 0, "objects": 0}
    assert aws.image("a") == ({OTHER_ID}, CAPTIONS)


# Images, and the captions that were paid for.


def test_the_last_document_takes_the_captions_with_it(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID], CAPTIONS)
    function(forgetting("through", 1))
    assert aws.image("a") is None


def test_an_image_that_another_document_shows_keeps_its_captions(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID, OTHER_ID], CAPTIONS)
    function(forgetting("through", 1))
    assert aws.image("a") == ({OTHER_ID}, CAPTIONS)


def test_an_image_that_a_kept_upload_shows_is_still_held(function: Function, aws: World) -> None:
    upload(aws, 1, "ab")
    upload(aws, 2, "b")
    for letter in "ab":
        aws.hold_image(letter, [DOCUMENT_ID], CAPTIONS)
    function(forgetting("before", 2))
    assert aws.image("a") is None
    assert aws.image("b") == ({DOCUMENT_ID}, CAPTIONS)


def test_an_image_that_was_never_claimed_is_left_alone(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    function(forgetting("through", 1))
    assert aws.image("a") is None, "releasing must not make an item of its own"


def test_an_image_of_which_only_the_other_document_knows_stays_as_it_is(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [OTHER_ID], CAPTIONS)
    function(forgetting("through", 1))
    assert aws.image("a") == ({OTHER_ID}, CAPTIONS)


def test_a_claim_between_the_two_writes_keeps_the_captions(function: Function, aws: World) -> None:
    """The release is two conditional writes; a document that comes in between must not lose a caption."""
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID], CAPTIONS)
    with aws.before("dynamodb.DeleteItem", lambda: aws.hold_image("a", [OTHER_ID], CAPTIONS)):
        function(forgetting("through", 1))
    assert aws.image("a") == ({OTHER_ID}, CAPTIONS)


def test_an_extraction_that_never_finished_is_forgotten_too(function: Function, aws: World) -> None:
    aws.put(f"{prefix(1)}images/a.png", b"image")
    assert function(forgetting("through", 1)) == {"generations": 1, "objects": 1}


# Failures by name, and nothing half done that cannot be done again.


def test_a_release_that_fails_keeps_the_objects_so_that_it_can_be_tried_again(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID], CAPTIONS)
    with (
        aws.refusing("dynamodb.UpdateItem", 400, "ProvisionedThroughputExceededException"),
        pytest.raises(TransientError),
    ):
        function(forgetting("through", 1))
    assert len(aws.list_keys(prefix(1))) == 5
    function(forgetting("through", 1))
    assert aws.image("a") is None


def test_a_run_that_was_cut_short_between_the_writes_is_finished_by_the_next(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID], CAPTIONS)
    with aws.refusing("dynamodb.DeleteItem", 500, "InternalServerError"), pytest.raises(TransientError):
        function(forgetting("through", 1))
    assert aws.image("a") == (set(), CAPTIONS)
    function(forgetting("through", 1))
    assert aws.image("a") is None
    assert aws.list_keys(prefix(1)) == set()


@pytest.mark.parametrize(
    ("operation", "status", "code", "error"),
    [
        ("dynamodb.UpdateItem", 400, "AccessDeniedException", MisconfiguredError),
        ("s3.DeleteObjects", 503, "SlowDown", TransientError),
        ("s3.DeleteObjects", 403, "AccessDenied", MisconfiguredError),
        ("s3.ListObjectsV2", 503, "SlowDown", TransientError),
        ("s3.ListObjectsV2", 404, "NoSuchBucket", MisconfiguredError),
        ("s3.GetObject", 403, "InvalidObjectState", MisconfiguredError),
        ("s3.GetObject", 400, "KMS.DisabledException", MisconfiguredError),
        ("s3.GetObject", 400, "ExpiredToken", TransientError),
    ],
)
def test_a_fault_is_named(
    function: Function, aws: World, operation: str, status: int, code: str, error: type[Exception]
) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID], CAPTIONS)
    with aws.refusing(operation, status, code), pytest.raises(error):
        function(forgetting("through", 1))


LETTERS = st.sets(st.sampled_from("abcd"), max_size=4).map(lambda letters: "".join(sorted(letters)))


@settings(max_examples=20)
@given(
    uploads=st.lists(LETTERS, min_size=1, max_size=3),
    others=LETTERS,
    which=st.sampled_from(["before", "through", "only"]),
    number=st.integers(0, 3),
)
def test_a_caption_outlives_exactly_as_long_as_somebody_shows_the_image(
    function: Function, aws: World, uploads: list[str], others: str, which: str, number: int
) -> None:
    for key in aws.list_keys():
        aws.delete(key)
    for at, images in enumerate(uploads):
        upload(aws, at, images)
    for letter in "abcd":
        aws.forget_image(letter)
        mine = [DOCUMENT_ID] if any(letter in images for images in uploads) else []
        holders = mine + ([OTHER_ID] if letter in others else [])
        if holders:
            aws.hold_image(letter, holders, CAPTIONS)

    function(forgetting(which, number))

    chosen = {"before": range(number), "through": range(number + 1), "only": [number]}[which]
    kept = [images for at, images in enumerate(uploads) if at not in chosen]
    for letter in "abcd":
        mine = {DOCUMENT_ID} if any(letter in images for images in kept) else set()
        holders = mine | ({OTHER_ID} if letter in others else set())
        assert aws.image(letter) == ((holders, CAPTIONS) if holders else None)


# What is told.


def test_what_was_forgotten_is_logged_without_a_word_of_it(function: Function, aws: World) -> None:
    upload(aws, 1, "a")
    aws.hold_image("a", [DOCUMENT_ID], CAPTIONS)
    function(forgetting("through", 1))
    (record,) = function.records()
    assert (record["message"], record["generations"], record["objects"]) == ("uploads forgotten", 1, 5)
    assert record["document_id"] == DOCUMENT_ID
    assert CANARY not in function.logged
