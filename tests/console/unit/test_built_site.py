"""The committed files of the console: built from these sources, small, and with nothing that its policy refuses."""

import gzip
import json
import re
from pathlib import Path

from compiler.console import CONSOLE, SITE, digest_of_sources, sources_of_site
from tests.support.project import ROOT, resources

# What a browser loads before the first view is shown, compressed.
FIRST_LOAD_BYTES = 300_000
# What a browser loads before it knows whether somebody is signed in, compressed.
SIGN_IN_BYTES = 30_000


def test_the_built_files_are_those_of_the_sources() -> None:
    assert sources_of_site() == digest_of_sources(), "run `make console`"


def test_the_first_load_is_small() -> None:
    first = main() | page() | loaded_with("DocumentsPage-*.js")
    assert sum(len(gzip.compress((SITE / "assets" / name).read_bytes())) for name in first) <= FIRST_LOAD_BYTES


def test_the_page_is_loaded_beside_the_script_that_signs_in() -> None:
    html = (SITE / "index.html").read_text()
    assert set(re.findall(r'modulepreload"[^>]*href="/assets/([^"]+)"', html)) | main() == page() | main()
    assert sum(len(gzip.compress((SITE / "assets" / name).read_bytes())) for name in main()) <= SIGN_IN_BYTES


def main() -> set[str]:
    (name,) = re.findall(r'<script[^>]*src="/assets/([^"]+)"', (SITE / "index.html").read_text())
    return loaded_with(name)


def page() -> set[str]:
    return loaded_with("page-*.js")


def loaded_with(pattern: str) -> set[str]:
    """A script and those that it imports, and so on; not those that it loads later."""
    (script,) = SITE.glob(f"assets/{pattern}")
    found, to_read = {script.name}, [script.name]
    while to_read:
        code = (SITE / "assets" / to_read.pop()).read_text()
        new = set(re.findall(r'(?:from|import)"\./([^"]+\.js)"', code)) - found
        found |= new
        to_read += new
    return found


def test_no_font_is_inlined() -> None:
    for path in SITE.glob("assets/*.css"):
        assert "@font-face" not in path.read_text(), path.name


def test_the_page_loads_files_of_its_own_only() -> None:
    page = (SITE / "index.html").read_text()
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page) == []


def test_the_policy_of_the_page_allows_no_more_than_it_needs() -> None:
    (policy,) = (
        body["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]["ContentSecurityPolicy"]
        for name, body in resources("AWS::CloudFront::ResponseHeadersPolicy").items()
        if name == "ConsoleHeaders"
    )
    text = policy["ContentSecurityPolicy"]["Fn::Sub"][0]
    directives = dict(each.strip().split(" ", 1) for each in text.split(";"))
    assert directives == {
        "default-src": "'self'",
        "script-src": "'self' 'wasm-unsafe-eval'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": "'self' ${SignIn}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_errors_of_the_api_are_not_replaced_by_the_page() -> None:
    (distribution,) = resources("AWS::CloudFront::Distribution").values()
    assert "CustomErrorResponses" not in distribution["Properties"]["DistributionConfig"]


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((CONSOLE / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_every_view_belongs_to_a_capability_with_routes() -> None:
    capabilities = {path.parent.name for path in (ROOT / "functions").glob("*/api.part.yaml")}
    for view in CONSOLE.glob("src/views/*/view.ts"):
        (capability,) = re.findall(r'capability: "(\w+)"', view.read_text())
        assert capability in capabilities, view.parent.name


def test_views_speak_both_languages() -> None:
    for messages in Path(CONSOLE / "src").rglob("messages.ts"):
        assert re.findall(r"^  (\w\w): \{$", messages.read_text(), re.MULTILINE) == ["en", "de"], messages
