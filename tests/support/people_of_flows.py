"""Who may change flows in the tests of functions."""

from docent.callers import Caller
from tests.support.api_calls import FOREVER

EDITOR = Caller("5a7d2c10-8e4b-4f0a-9c3d-2b6e1f7a8d03", "editor@example.com", ("flow-editors",), FOREVER)
