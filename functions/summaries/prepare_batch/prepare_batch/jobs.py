"""What a job asks for: `job.json` beside its transcripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.errors.summaries import InvalidJobError

from .guidelines import Guideline, guidelines_named
from .insights import insights_of, own_insights

JOB_FILE = "job.json"
_MEMBERS = {"budget", "estimate_only", "guidelines", "insights", "language", "prompt"}
_MOST_PROMPT = 4000  # characters


@dataclass(frozen=True, slots=True)
class Job:
    """`language` is that of the summaries (ISO 639-1), empty for the transcript's; `prompt` is added to ours.

    `budget` is the most that the job may cost, in US dollars. With `estimate_only` it ends before anything is spent.
    """

    guidelines: tuple[Guideline, ...]
    insights: Mapping[str, Mapping[str, Any]]
    language: str = ""
    prompt: str = ""
    budget: float | None = None
    estimate_only: bool = False

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """From `{guidelines?: [name], insights?: {…}, language?, prompt?, budget?, estimate_only?}`.

        Else raises InvalidJobError.
        """
        if not isinstance(value, Mapping):
            raise InvalidJobError(f"{JOB_FILE} must be an object.")
        if unknown := sorted(value.keys() - _MEMBERS):
            raise InvalidJobError(f"{JOB_FILE} has a member {unknown[0]}. It may have {', '.join(sorted(_MEMBERS))}.")
        names, language, prompt = value.get("guidelines", []), value.get("language", ""), value.get("prompt", "")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise InvalidJobError("Guidelines must be a list of names.")
        if not isinstance(language, str) or (language and not (len(language) == 2 and language.islower())):
            raise InvalidJobError("The language must have two small letters, such as de.")
        if not isinstance(prompt, str) or len(prompt) > _MOST_PROMPT:
            raise InvalidJobError(f"The prompt must be a text of up to {_MOST_PROMPT} characters.")
        budget, estimate_only = value.get("budget"), value.get("estimate_only", False)
        if budget is not None and not (type(budget) in (int, float) and 0 <= budget < float("inf")):
            raise InvalidJobError("The budget must be a number of US dollars.")
        if not isinstance(estimate_only, bool):
            raise InvalidJobError("estimate_only must be true or false.")
        insights = insights_of(value["insights"]) if "insights" in value else own_insights()
        return cls(tuple(guidelines_named(names)), insights, language, prompt, budget, estimate_only)

    def to_json(self) -> dict[str, Any]:
        """As the report names it: guidelines with their versions, and the options of insights that are choices."""
        return {
            "guidelines": {each.name: each.version for each in self.guidelines},
            "insights": list(self.insights),
            "choices": {name: each["options"] for name, each in self.insights.items() if each["type"] == "choice"},
            "language": self.language,
            **({} if self.budget is None else {"budget": self.budget}),
        }
