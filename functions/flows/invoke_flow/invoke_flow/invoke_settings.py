"""The settings of invoke_flow."""

from dataclasses import dataclass
from functools import cache

from docent.settings import read_settings
from docent.usage import UsageSettings
from flows.flow_runs import Guardrail
from flows.kept_runs import Runs


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    flows: str
    flow_runs_table: str
    flow_run_days: int
    guardrail_id: str
    guardrail_version: str
    max_text_units: int
    callers_table: str
    requests_per_minute: int
    connections_url: str
    allowed_origins: str

    @property
    def runs(self) -> Runs:
        return Runs(self.flow_runs_table, self.flow_run_days)

    @property
    def guardrail(self) -> Guardrail:
        return Guardrail(self.guardrail_id, self.guardrail_version, self.max_text_units)


@cache
def settings() -> Settings:
    return read_settings(Settings)
