"""`python -m cli.sam` computes what `sam` computes."""

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from aws_lambda_builders.exceptions import MisMatchRuntimeError, UnsupportedRuntimeError
from aws_lambda_builders.workflows.python_pip import packager, validator
from aws_lambda_builders.workflows.python_pip.validator import PythonRuntimeValidator
from samcli.lib.package.utils import make_zip_with_lambda_permissions
from samcli.yamlhelper import yaml_parse

from cli import sam
from tests.support.project import ROOT


def test_the_template_is_parsed_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "functions" / "ingest" / "template.part.yaml").read_text()
    of_sam = yaml_parse(text)
    monkeypatch.setattr(yaml, "SafeLoader", yaml.SafeLoader)
    sam.parse_by_libyaml()
    assert yaml.SafeLoader is yaml.CSafeLoader
    assert yaml_parse(text) == of_sam


def test_a_package_has_the_same_files_and_is_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "function"
    (folder / "package").mkdir(parents=True)
    (folder / "app.py").write_text("handler = print\n" * 1000)
    (folder / "package" / "empty.py").touch()

    def entries(file: Path) -> list[tuple[str, int, int, int]]:
        with zipfile.ZipFile(file) as package:
            assert package.testzip() is None
            return [(each.filename, each.CRC, each.external_attr, each.compress_type) for each in package.infolist()]

    of_sam = Path(make_zip_with_lambda_permissions(tmp_path / "of_sam", folder))
    monkeypatch.setattr(zipfile, "zlib", zipfile.zlib)  # pyright: ignore[reportAttributeAccessIssue]
    sam.pack_quickly()
    ours = [Path(make_zip_with_lambda_permissions(tmp_path / name, folder)) for name in ("one", "other")]
    assert entries(ours[0]) == entries(of_sam)
    assert ours[0].read_bytes() == ours[1].read_bytes()
    assert ours[0].stat().st_size < folder.joinpath("app.py").stat().st_size / 10


def test_python_is_asked_for_its_version_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Python:
        def __init__(self, command: list[str], **_: object) -> None:
            asked.append(command[0])
            self.returncode = int("old" in command[0])

        def communicate(self) -> None: ...

    monkeypatch.setattr(PythonRuntimeValidator, "validate", PythonRuntimeValidator.validate)
    monkeypatch.setattr(packager, "pip_import_string", packager.pip_import_string)
    monkeypatch.setattr(validator, "subprocess", SimpleNamespace(Popen=Python, PIPE=None))
    sam.look_at_python_once()
    for _ in range(2):
        function = PythonRuntimeValidator("python3.13", "x86_64")
        assert function.validate("/new/python") == function.validated_runtime_path == "/new/python"
        with pytest.raises(MisMatchRuntimeError):
            PythonRuntimeValidator("python3.13", "x86_64").validate("/old/python")
        with pytest.raises(UnsupportedRuntimeError):
            PythonRuntimeValidator("python1", "x86_64").validate("/new/python")
    assert asked == ["/new/python", "/old/python", "/old/python"]
