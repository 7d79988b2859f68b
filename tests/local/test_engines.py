"""Every engine of the local AWS is in the list that the server uses."""

import pytest

from local.engines import ENGINES, register_of
from tests.support.project import ROOT


def test_every_folder_that_registers_an_engine_is_listed() -> None:
    assert sorted(ENGINES) == sorted(file.parent.name for file in (ROOT / "local").glob("*/register.py"))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_registers_itself(engine: str) -> None:
    assert callable(register_of(engine))
