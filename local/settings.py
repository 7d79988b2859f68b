"""Where AWS on one machine keeps its state, and its environment variables."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from local.bedrock import spacy_names
from local.models.chosen import VARIABLE, Models

type SearchIndex = Literal["kendra", "s3_vectors"]

REGION = "us-east-1"
# MiniStack's root credentials. They are valid on this machine only.
ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
# What chooses the language model. The server reads them when it starts.
MODEL_VARIABLES = ("DOCENT_LLM_URL", "DOCENT_LLM_MODEL", "DOCENT_LLM_VISION", "DOCENT_LLM_KEY")
LOOPBACK = ("localhost", ".localhost", "127.0.0.1", "::1")


class SettingsError(ValueError):
    """An environment variable that cannot be used, and what to do about it."""


def never_proxied(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment variables that keep requests to loopback away from a proxy. Programs read one or the other."""
    given = (environment.get("no_proxy") or environment.get("NO_PROXY") or "").split(",")
    names = ",".join(dict.fromkeys([*filter(None, (name.strip() for name in given)), *LOOPBACK]))
    return {"NO_PROXY": names, "no_proxy": names}


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """`home` holds all state; deleting it resets everything."""

    home: Path
    port: int
    faults: str
    llm_url: str | None
    wait_scale: str

    @classmethod
    def from_environment(cls) -> Self:
        """Raises SettingsError."""
        home, port = os.environ.get("DOCENT_HOME", ".docent"), os.environ.get("DOCENT_PORT", "4566")
        if not home.strip():  # it would be the current folder
            raise SettingsError("DOCENT_HOME is empty. Name the folder for the state, or unset it.")
        if not port.isdecimal() or not 0 < int(port) < 65_536:
            raise SettingsError(f"DOCENT_PORT is {port!r}. It must be a number from 1 to 65535.")
        try:
            spacy_names.check()
        except spacy_names.UnusableModelError as error:
            raise SettingsError(str(error)) from error
        llm_url = os.environ.get("DOCENT_LLM_URL", "").strip()
        if llm_url and not re.match(r"https?://[^/\s]", llm_url):
            raise SettingsError(
                f"DOCENT_LLM_URL is {llm_url!r}. It must be the address of a server, such as http://localhost:8080/v1."
            )
        return cls(
            home=Path(home).resolve(),
            port=int(port),
            faults=os.environ.get("DOCENT_FAULTS", ""),
            llm_url=llm_url or None,
            wait_scale=os.environ.get("SFN_WAIT_SCALE", "1"),
        )

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "local.log"

    @property
    def pid_file(self) -> Path:
        return self.home / "local.pid"

    @property
    def scratch(self) -> Path:
        """Temporary files of the server and of the functions' workers. Emptied at every start."""
        return self.home / "tmp"

    @property
    def models_file(self) -> Path:
        return self.home / "models"

    @property
    def models(self) -> Models:
        """The models of the search, as the last `docent up --models` chose them."""
        better = self.models_file.is_file() and self.models_file.read_text() == "better"
        return "better" if better else "standard"

    @property
    def index_file(self) -> Path:
        return self.home / "search-index"

    @property
    def index(self) -> SearchIndex:
        """The index that questions are answered from, as the last `docent up --index` chose it."""
        return "s3_vectors" if self._chosen_indexes[:1] == ["s3_vectors"] else "kendra"

    @property
    def former_index(self) -> SearchIndex | None:
        """The one that was chosen before, which is kept until it is emptied."""
        former = self._chosen_indexes[1:] and self._chosen_indexes[1]
        return ("s3_vectors" if former == "s3_vectors" else "kendra") if former else None

    @property
    def _chosen_indexes(self) -> list[str]:
        return self.index_file.read_text().split() if self.index_file.is_file() else []

    def client_environment(self) -> dict[str, str]:
        """What an SDK, SAM or the AWS CLI needs to call this machine instead of AWS."""
        return (
            never_proxied(os.environ)
            | ROOT
            | {
                "AWS_ENDPOINT_URL": self.url,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_REGION": REGION,
                "AWS_EC2_METADATA_DISABLED": "true",
                "SAM_CLI_TELEMETRY": "0",
            }
        )

    def server_environment(self) -> dict[str, str]:
        """What MiniStack reads when it is imported. Signatures and IAM are always checked and state is kept."""
        return self.client_environment() | {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.home / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.home / "s3"),
            "SFN_WAIT_SCALE": self.wait_scale,
            VARIABLE: self.models,
            "TMPDIR": str(self.scratch),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DISABLE_TELEMETRY": "1",
            "AWS_XRAY_CONTEXT_MISSING": "IGNORE_ERROR",
            # There is no X-Ray daemon.
            "POWERTOOLS_TRACE_DISABLED": "true",
            # Ten functions can run at once on two cores, so each gets one thread.
            "OMP_NUM_THREADS": "1",
            "LOG_LEVEL": "INFO",
        }
