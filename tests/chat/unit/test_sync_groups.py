"""Q Business's groups become those of a source, and nobody loses or gains access by anything else."""

import http.server
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.errors import MisconfiguredError, TransientError
from docent.errors.chat import TooManyRemovalsError, UnreadableGroupsError
from sync_groups.source_groups import Group, gathered, inhabited, nested_first, read_groups
from tests.support.aws import SOURCE_BUCKET, World, session
from tests.support.fake_groups import FakeGroups
from tests.support.functions import APPLICATION_ID, CANARY, INDEX_ID, Function
from tests.support.project import alarms_on_metrics_of, sample_event

SYNC, DRY_RUN = sample_event("sync_groups.schedule.json"), sample_event("sync_groups.dry_run.json")
KEY = "directory/groups.csv"
RECORD = f"groups/{APPLICATION_ID}/{INDEX_ID}.json"
WATER = {
    "analysts": {"users": ["mary@example.com", f"{CANARY.lower()}@example.com"]},
    "engineers": {"users": ["mateo@example.com"]},
    "everyone": {"users": ["kwame@example.com"], "groups": ["analysts", "engineers"]},
}


@pytest.fixture
def service(aws: World) -> Iterator[FakeGroups]:
    service = FakeGroups(aws.read_json)
    with service.attached(session()):
        yield service


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def source(aws: World) -> "Source":
    return Source(aws)


class Source:
    def __init__(self, aws: World) -> None:
        self._aws = aws

    def __call__(self, groups: Any) -> None:
        self._aws.put(KEY, groups if isinstance(groups, bytes) else json.dumps(groups).encode(), bucket=SOURCE_BUCKET)


def many(count: int) -> list[str]:
    return [f"user{number}@example.com" for number in range(count)]


def names(listed: list[dict[str, Any]]) -> list[str]:
    return [each["group"] for each in listed]


def states(aws: World) -> dict[str, str]:
    return {name: kept["state"] for name, kept in aws.read_json(RECORD)["groups"].items()}


# ─── What changes ────────────────────────────────────────────────────────────────────────────────


def test_the_groups_of_the_source_are_put_and_remembered(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    reply = function(SYNC)
    assert reply == {
        "added": [
            {"group": "analysts", "members": 2},
            {"group": "engineers", "members": 1},
            {"group": "everyone", "members": 3},
        ],
        "changed": [],
        "removed": [],
        "unchanged": 0,
        "foreign": [],
        "failed": [],
        "refusal": None,
        "dry_run": False,
    }
    assert service.members["everyone"] == ({"kwame@example.com"}, {"analysts", "engineers"})
    assert states(aws) == dict.fromkeys(WATER, "settled")
    assert "@" not in aws.read(RECORD).decode(), "the record tells groups, not who is in them"


def test_the_metric_of_the_alarm_is_written(function: Function, service: FakeGroups, source: Source) -> None:
    function.set(POWERTOOLS_SERVICE_NAME=function.name)
    source(WATER)
    function(SYNC)
    assert function.measured() == alarms_on_metrics_of(function.name)


def test_the_second_time_nothing_is_put(function: Function, service: FakeGroups, source: Source) -> None:
    source(WATER)
    function(SYNC)
    before = len(service.asked("PutGroup"))
    assert function(SYNC)["unchanged"] == 3
    assert len(service.asked("PutGroup")) == before


def test_members_who_come_and_go_change_a_group(function: Function, service: FakeGroups, source: Source) -> None:
    source(WATER)
    function(SYNC)
    source(WATER | {"engineers": {"users": ["mateo@example.com", "liu@example.com"]}})
    reply = function(SYNC)
    assert reply["changed"] == [{"group": "engineers", "members": 2, "before": 1}]
    assert service.members["engineers"] == ({"mateo@example.com", "liu@example.com"}, set())


def test_a_group_gone_from_the_source_is_deleted(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    function(SYNC)
    source({name: WATER[name] for name in ("analysts", "engineers")})
    assert function(SYNC)["removed"] == [{"group": "everyone", "members": 3}]
    assert "everyone" not in service.members
    assert "everyone" not in states(aws)


def test_a_group_that_nobody_is_in_is_deleted_and_held_by_no_other(
    function: Function, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    function(SYNC)
    source(WATER | {"engineers": {"users": []}})
    assert names(function(SYNC)["removed"]) == ["engineers"]
    assert service.members["everyone"] == ({"kwame@example.com"}, {"analysts"})


def test_somebody_elses_groups_are_told_and_left_alone(function: Function, service: FakeGroups, source: Source) -> None:
    for number in range(25):  # three pages
        put(service, f"confluence-{number:02}")
    source(WATER)
    reply = function(SYNC)
    assert reply["foreign"] == [f"confluence-{number:02}" for number in range(25)]
    assert set(service.members) == {*WATER, *reply["foreign"]}


def put(service: FakeGroups, name: str) -> None:
    users = {"memberUsers": [{"userId": "somebody@example.com"}]}
    service.PutGroup({"groupName": name, "groupMembers": users})
    service.settle()


def test_a_group_that_was_deleted_in_q_business_is_put_again(
    function: Function, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    function(SYNC)
    service.DeleteGroup({"groupName": "analysts"})
    service.settle()
    assert names(function(SYNC)["added"]) == ["analysts"]
    assert "analysts" in service.members


def test_nested_groups_are_put_before_those_that_hold_them(
    function: Function, service: FakeGroups, source: Source
) -> None:
    source({"a": {"groups": ["b"]}, "b": {"groups": ["c"]}, "c": {"users": ["mary@example.com"]}})
    function(SYNC)
    assert [request["groupName"] for request in service.asked("PutGroup")] == ["c", "b", "a"]


def test_access_is_taken_away_before_it_is_given(function: Function, service: FakeGroups, source: Source) -> None:
    source(WATER)
    function(SYNC)
    source({"analysts": WATER["analysts"], "engineers": WATER["engineers"], "divers": {"users": ["liu@example.com"]}})
    service.requests.clear()
    function(SYNC)
    changes = [name for name, _ in service.requests if name in ("PutGroup", "DeleteGroup")]
    assert changes == ["DeleteGroup", "PutGroup"]


@pytest.mark.parametrize(("count", "by_file"), [(1_000, False), (1_001, True)])
def test_up_to_a_thousand_members_travel_in_the_call_and_more_by_file(
    function: Function, aws: World, service: FakeGroups, source: Source, count: int, by_file: bool
) -> None:
    source({"all": {"users": many(count - 1), "groups": ["few"]}, "few": {"users": ["mary@example.com"]}})
    assert function(SYNC)["failed"] == []
    assert service.members["all"] == (set(many(count - 1)), {"few"})
    assert bool(aws.list_keys("group-members/")) is by_file


# ─── What is shown, refused and forced ───────────────────────────────────────────────────────────


def test_a_dry_run_shows_the_changes_and_makes_none(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    reply = function(DRY_RUN)
    assert names(reply["added"]) == sorted(WATER)
    assert reply["dry_run"]
    assert not service.members
    assert not aws.list_keys("groups/")


@pytest.mark.parametrize("left", [{}, {"analysts": {"users": []}}, {"analysts": WATER["analysts"]}], ids=len)
def test_a_source_that_takes_most_groups_away_is_refused_unless_forced(
    function: Function, service: FakeGroups, source: Source, left: Any
) -> None:
    source(WATER)
    function(SYNC)
    before = service.members
    source(left)
    with pytest.raises(TooManyRemovalsError, match="--force"):
        function(SYNC)
    assert service.members == before
    assert function(DRY_RUN)["refusal"]
    function(SYNC | {"force": True})
    assert service.members.keys() == inhabited(read_groups(json.dumps(left).encode())).keys()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"name,address\nwater,mary@example.com\n",
        b"group,member\nwater\n",
        b"group,member\n,mary@example.com\n",
        b'group,member\nwater,"mary@example.com\n',
        b"group,member\nw\xe4sser,mary@example.com\n",
        b'{"water": {"users": ["mary@example.com"]',
        b'{"water": {"user": ["mary@example.com"]}}',
        b'{"water": ["mary@example.com"]}',
        b'[{"users": ["mary@example.com"]}]',
        b'{"water": {"users": "mary@example.com"}}',
        b'{"water": {"users": [7]}}',
    ],
)
def test_a_source_that_is_not_understood_to_its_end_changes_nothing_by_force_either(
    function: Function, service: FakeGroups, source: Source, broken: bytes
) -> None:
    source(WATER)
    function(SYNC)
    before = service.members
    source(broken)
    with pytest.raises(UnreadableGroupsError, match="No group was changed"):
        function(SYNC | {"force": True})
    assert service.members == before


def test_a_source_that_is_not_there_says_so(function: Function, service: FakeGroups) -> None:
    with pytest.raises(UnreadableGroupsError, match=KEY):
        function(SYNC)


# ─── What goes wrong ─────────────────────────────────────────────────────────────────────────────


def test_a_group_that_q_business_refuses_is_reported_and_tried_again(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    service.refuses["engineers"] = "ValidationException"
    source(WATER)
    reply = function(SYNC)
    assert names(reply["failed"]) == ["engineers"]
    assert "ValidationException" in reply["failed"][0]["reason"]
    assert service.members.keys() == {"analysts", "everyone"}
    service.refuses.clear()
    assert names(function(SYNC)["changed"]) == ["engineers"]
    assert "engineers" in service.members
    assert states(aws) == dict.fromkeys(WATER, "settled")


def test_a_group_that_q_business_could_not_take_in_is_reported_and_put_again(
    function: Function, service: FakeGroups, source: Source
) -> None:
    service.chokes_on["engineers"] = "The object could not be read."
    source(WATER)
    failed = function(SYNC)["failed"]
    assert failed == [{"group": "engineers", "reason": "Q Business said InvalidRequest. The object could not be read."}]
    service.chokes_on.clear()
    assert function(SYNC)["failed"] == []
    assert "engineers" in service.members


def test_what_takes_longer_than_a_run_is_asked_for_by_the_next(
    function: Function, aws: World, service: FakeGroups, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [time.time()]
    monkeypatch.setattr(time, "time", lambda: passed[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: passed.__setitem__(0, passed[0] + seconds))
    service.slowness = 1_000
    source(WATER)
    assert function(SYNC)["failed"] == []
    assert states(aws) == dict.fromkeys(WATER, "taken")
    service.settle()
    assert function(SYNC)["unchanged"] == 3
    assert states(aws) == dict.fromkeys(WATER, "settled")


def test_short_throttles_are_waited_out(function: Function, service: FakeGroups, source: Source) -> None:
    service.fail("ThrottlingException", "ThrottlingException", "ThrottlingException")
    source(WATER)
    assert len(function(SYNC)["added"]) == 3


def test_a_service_that_is_down_is_transient_and_what_was_done_is_remembered(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    calls: list[str] = []

    def down_after_one() -> None:
        calls.append("PutGroup")
        if len(calls) > 1:
            raise EndpointConnectionError(endpoint_url="https://qbusiness")

    with aws.before("qbusiness.PutGroup", down_after_one), pytest.raises(TransientError):
        function(SYNC)
    assert states(aws) == {"analysts": "taken", "engineers": "asked", "everyone": "asked"}
    service.settle()
    function(SYNC)
    assert service.members.keys() == WATER.keys()
    assert [each["groupName"] for each in service.asked("PutGroup")] == sorted(WATER)


def test_without_permission_the_deployment_is_at_fault(function: Function, service: FakeGroups, source: Source) -> None:
    source(WATER)
    service.fail_always("AccessDeniedException")
    with pytest.raises(MisconfiguredError):
        function(SYNC)


def test_of_two_at_once_one_goes_on_and_the_other_is_tried_again(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    refused: list[Exception] = []

    def at_the_same_time() -> None:
        with pytest.raises(TransientError, match="Another run is changing groups") as raised:
            function(SYNC)
        refused.append(raised.value)

    with aws.before("qbusiness.PutGroup", at_the_same_time):
        function(SYNC)
    assert len(refused) == 3
    assert len(service.asked("PutGroup")) == 3
    assert function(SYNC)["unchanged"] == 3


def test_a_run_that_died_holds_up_others_no_longer_than_it_could_have_lived(
    function: Function, aws: World, service: FakeGroups, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source(WATER)
    with aws.before("s3.PutObject", lambda: service.fail_always("AccessDeniedException")), suppress(Exception):
        function(SYNC)
    record = aws.read_json(RECORD)
    aws.put(RECORD, record | {"busy_until": time.time() + 840})
    service.fail_always("")
    with pytest.raises(TransientError, match="Another run"):
        function(SYNC)
    later = time.time() + 841
    monkeypatch.setattr(time, "time", lambda: later)
    assert function(SYNC)["failed"] == []
    assert service.members.keys() == WATER.keys()


def test_who_read_an_older_source_is_found_out(
    function: Function, aws: World, service: FakeGroups, source: Source
) -> None:
    source(WATER)
    newer = WATER | {"analysts": {"users": ["liu@example.com"]}}
    happened: list[Any] = []

    def another_run() -> None:
        if not happened:
            happened.append("started")
            source(newer)
            function(SYNC)

    with (
        aws.before("qbusiness.ListGroups", another_run),
        pytest.raises(TransientError, match="Another run has changed groups"),
    ):
        function(SYNC)
    assert service.members["analysts"] == ({"liu@example.com"}, set())


def test_no_member_is_logged(function: Function, service: FakeGroups, source: Source) -> None:
    service.refuses["analysts"] = "ValidationException"
    source(WATER)
    function(SYNC)
    assert "@example.com" not in function.logged
    assert CANARY.lower() not in function.logged


# ─── The file ────────────────────────────────────────────────────────────────────────────────────

TWO = {
    "water": Group("water", frozenset({"mary@example.com", "mateo@example.com"})),
    "all, of us": Group("all, of us", frozenset({"liu@example.com"}), frozenset({"water"})),
}


@pytest.mark.parametrize(
    "text",
    [
        'group,member\nwater,mary@example.com\nwater,mateo@example.com\n"all, of us",liu@example.com\n'
        '"all, of us",water',
        "\ufeffGroup,Member\r\n\r\nwater, Mary@Example.com \r\nwater,mateo@example.com\r\n"
        'water,mary@example.com\r\n,\r\n"all, of us","liu@example.com"\r\n"all, of us",water\r\n',
        "since;member;group\n2020;mary@example.com;water\n2021;mateo@example.com;water\n;liu@example.com;all, of us\n"
        ";water;all, of us\n",
        '{"water": {"users": ["mary@example.com", "MATEO@example.com"]},'
        ' "all, of us": {"users": ["liu@example.com"], "groups": ["water", "all, of us"]}}',
        '[{"group": "water", "users": ["mary@example.com"]}, {"group": "water", "users": ["mateo@example.com"]},'
        ' {"group": "all, of us", "users": ["liu@example.com"], "groups": ["water"]}]',
    ],
    ids=["csv", "untidy csv", "csv of a spreadsheet", "json", "json list"],
)
def test_files_of_any_program_are_the_same_groups(text: str) -> None:
    assert read_groups(text.encode()) == TWO


def test_a_file_of_many_members_is_read_in_a_moment() -> None:
    rows = "".join(f"everybody,user{number}@example.com\n" for number in range(100_000))
    began = time.process_time()
    assert read_groups(f"group,member\n{rows}".encode())["everybody"].size == 100_000
    assert time.process_time() - began < 10


NAMES = st.sampled_from(["a", "b", "c", "d"])
USERS = st.sampled_from([f"{name}@example.com" for name in "klmn"])
SOURCES = st.dictionaries(
    NAMES, st.fixed_dictionaries({"users": st.lists(USERS, max_size=3), "groups": st.lists(NAMES, max_size=2)})
)


def in_the_end(members: Mapping[str, tuple[set[str], set[str]]]) -> dict[str, set[str]]:
    """Who is in each group, by the groups it holds too."""
    found = {name: set(users) for name, (users, _) in members.items()}
    for _ in members:
        for name, (_, groups) in members.items():
            found[name] |= {user for group in groups for user in found.get(group, ())}
    return {name: users for name, users in found.items() if users}


@given(SOURCES)
def test_each_group_comes_after_those_it_holds(given_groups: dict[str, Any]) -> None:
    groups = gathered((name, each["users"], each["groups"]) for name, each in given_groups.items())
    order = nested_first(groups)
    assert sorted(order) == sorted(groups)
    for name in groups:
        for held in groups[name].groups & groups.keys():
            in_a_circle = name in reached(held, groups)
            assert in_a_circle or order.index(held) < order.index(name)


def reached(name: str, groups: Mapping[str, Group]) -> set[str]:
    found, front = set(), [name]
    while front:
        for each in groups[front.pop()].groups & groups.keys() - found:
            found.add(each)
            front.append(each)
    return found


@settings(max_examples=40)
@given(sources=st.lists(SOURCES, min_size=2, max_size=3))
def test_whatever_the_sources_were_the_groups_are_those_of_the_last(
    function: Function, aws: World, sources: list[dict[str, Any]]
) -> None:
    aws.delete(RECORD)
    service = FakeGroups(aws.read_json)
    with service.attached(session()):
        for each in sources:
            Source(aws)(each)
            function(SYNC | {"force": True})
    wanted = {name: ({*each["users"]}, {*each["groups"]}) for name, each in sources[-1].items()}
    assert in_the_end(service.members) == in_the_end(wanted)


# ─── A directory that speaks SCIM ────────────────────────────────────────────────────────────────

TOKEN = f"token-{CANARY}"


def scim_user(number: int, **members: Any) -> dict[str, Any]:
    email = {"value": f"User{number}@example.com", "primary": True}
    other = {"value": f"private{number}@example.org"}
    return {"id": f"u{number}", "userName": f"u{number}", "active": True, "emails": [other, email]} | members


def scim_group(name: str, *members: str, identifier: str = "") -> dict[str, Any]:
    return {"id": identifier or f"g-{name}", "displayName": name, "members": [{"value": each} for each in members]}


class Directory(http.server.BaseHTTPRequestHandler):
    """Pages of at most 20, whatever is asked; 401 for another token; `answers` come first."""

    users: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    answers: list[tuple[int, dict[str, str]]]
    hides: int

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._reply(401, {})
        if self.answers:
            status, headers = self.answers.pop(0)
            return self._reply(status, {}, headers)
        asked = {name: int(value) for name, (value,) in parse_qs(path.query).items()}
        found = {"/scim/v2/Users": self.users, "/scim/v2/Groups": self.groups}[path.path]
        shown = found[: len(found) - self.hides][asked["startIndex"] - 1 :][: min(20, asked["count"])]
        return self._reply(200, {"totalResults": len(found), "itemsPerPage": len(shown), "Resources": shown})

    def _reply(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in ({"Content-Length": str(len(body))} | dict(headers or {})).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[tuple[type[Directory], str]]:
    class Served(Directory):
        pass

    Served.users = [scim_user(number) for number in range(45)]
    Served.groups = [scim_group("water", *(f"u{number}" for number in range(45)))]
    Served.answers = []
    Served.hides = 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Served, f"http://127.0.0.1:{server.server_port}/scim/v2"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def directory(socket_enabled: None, function: Function, aws: World, service: FakeGroups) -> Iterator[type[Directory]]:
    with serving() as (found, url):
        function.set(GROUPS_SOURCE=url, GROUPS_SECRET_ARN=aws.put_secret("docent", {"token": TOKEN}))
        yield found


def test_the_groups_of_a_directory_are_read_page_by_page(
    function: Function, service: FakeGroups, directory: type[Directory]
) -> None:
    directory.groups += [scim_group("all", "g-water", "u1", "unknown"), *(scim_group(f"g{n}", "u2") for n in range(25))]
    assert len(function(SYNC)["added"]) == 27
    assert service.members["water"] == ({f"user{number}@example.com" for number in range(45)}, set())
    assert service.members["all"] == ({"user1@example.com"}, {"water"})


def test_who_is_not_active_or_has_no_address_is_in_no_group(
    function: Function, service: FakeGroups, directory: type[Directory]
) -> None:
    directory.users[:4] = [
        scim_user(0, active=False),
        scim_user(1, emails=[]),
        scim_user(2, emails=[], userName="Liu@example.com"),
        scim_user(3, emails=[{"value": "mary@example.com"}]),
    ]
    directory.groups[0] = scim_group("water", "u0", "u1", "u2", "u3")
    function(SYNC)
    assert service.members["water"] == ({"liu@example.com", "mary@example.com"}, set())


def test_a_directory_that_shows_less_than_it_has_changes_nothing(
    function: Function, service: FakeGroups, directory: type[Directory]
) -> None:
    directory.hides = 1
    with pytest.raises(UnreadableGroupsError, match="44 of 45 Users"):
        function(SYNC)
    assert not service.members


def test_a_directory_that_is_busy_is_asked_again(
    function: Function, service: FakeGroups, directory: type[Directory]
) -> None:
    directory.answers = [(429, {"Retry-After": "1"}), (503, {})]
    assert len(function(SYNC)["added"]) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, MisconfiguredError), (404, UnreadableGroupsError), (500, TransientError), (302, UnreadableGroupsError)],
)
def test_a_directory_that_refuses_is_named(
    function: Function, service: FakeGroups, directory: type[Directory], status: int, error: type[Exception]
) -> None:
    directory.answers = [(status, {"Location": "http://127.0.0.1:1/elsewhere"})]
    with pytest.raises(error):
        function(SYNC)
    assert not service.members


def test_a_directory_that_cannot_be_reached_is_transient(
    socket_enabled: None, function: Function, service: FakeGroups
) -> None:
    function.set(GROUPS_SOURCE="http://127.0.0.1:1/scim")
    with pytest.raises(TransientError):
        function(SYNC)


@pytest.mark.parametrize("address", ["http://directory.example.com/scim", "ftp://127.0.0.1/groups", "groups.csv"])
def test_a_token_is_sent_by_https_only(function: Function, service: FakeGroups, address: str) -> None:
    function.set(GROUPS_SOURCE=address)
    with pytest.raises(MisconfiguredError, match="https://"):
        function(SYNC)
