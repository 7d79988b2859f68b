"""What a web page can call at a distribution: its own page everything, another page what changes nothing."""

from typing import Any

import pytest

from local.seams.web_pages import page_reaches

HOST = "d1a2b3c4d5e6f7.cloudfront.localhost:4566"
OWN, OTHER = f"http://{HOST}", "https://evil.example"


def reaches(method: str, path: str, **headers: str) -> bool:
    return page_reaches(scope(path, headers) | {"type": "http", "method": method})


def scope(path: str, headers: dict[str, str]) -> dict[str, Any]:
    encoded = [(name.encode(), value.encode()) for name, value in ({"host": HOST} | headers).items()]
    return {"path": path, "query_string": b"", "headers": encoded}


@pytest.mark.parametrize("path", ["/", "/assets/index.js", "/api/documents", "/files/source/"])
def test_the_page_of_a_distribution_reaches_all_of_it(path: str) -> None:
    assert reaches("GET", path)
    assert reaches("POST", path, origin=OWN)


def test_another_page_changes_nothing_and_reads_nothing() -> None:
    assert reaches("GET", "/documents"), "a link leads to it"
    assert not reaches("GET", "/api/documents", origin=OTHER)
    assert not reaches("POST", "/files/source/", origin=OTHER)
    assert not reaches("POST", "/files/source/"), "a form without an origin"


def test_the_page_of_a_saml_provider_posts_its_answer() -> None:
    assert reaches("POST", "/api/saml/acs", origin=OTHER)
    signed = "AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/s3/aws4_request"
    assert not reaches("POST", "/api/saml/acs", origin=OTHER, authorization=signed)


def test_only_the_page_of_a_distribution_opens_its_websockets() -> None:
    opened = {origin: page_reaches(scope("/v1", {"origin": origin}) | {"type": "websocket"}) for origin in (OWN, OTHER)}
    assert opened == {OWN: True, OTHER: False}


def test_the_page_of_ground_truth_loads_its_parts_from_another_page() -> None:
    assert reaches("GET", "/assets/index.js", origin=OTHER)
    assert not reaches("POST", "/assets/index.js", origin=OTHER)
