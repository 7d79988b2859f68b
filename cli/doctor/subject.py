"""What is examined: a deployed stack, or the template with the parameters that it is going to be deployed with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from cli.target import LOCAL_STACK, CommandError, Target
from cli.template import template


@dataclass(frozen=True, slots=True)
class Guardrail:
    """`used_by` is the logical id of a function. `texts_per_call` is how many a function sends at once; 0 if there is
    none that could send several."""

    id: str
    version: str
    used_by: str
    texts_per_call: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """`parameters` never holds a secret: CloudFormation and this class withhold them."""

    target: Target
    stack: str
    parameters: Mapping[str, str]
    models: tuple[str, ...]
    guardrails: tuple[Guardrail, ...] = ()
    index_id: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    vector_index: str = ""

    @classmethod
    def deployed(cls, target: Target) -> Self:
        """From the environment of the functions: what they use, whatever the parameters were called."""
        from cli.events import function_variables

        outputs = target.outputs
        name = target.stack or LOCAL_STACK
        stack = target.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        variables = function_variables(target)
        return cls(
            target,
            name,
            {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])},
            tuple(sorted({each["MODEL_ID"] for each in variables.values() if each.get("MODEL_ID")})),
            tuple(_guardrails(variables)),
            outputs.get("IndexId", ""),
            vector_index=outputs.get("VectorIndexArn", ""),
        )

    @classmethod
    def planned(cls, target: Target, given: Mapping[str, str]) -> Self:
        """Raises CommandError for a parameter that the template does not have."""
        known = template()["Parameters"]
        if unknown := given.keys() - known.keys():
            raise CommandError(f"The template has no parameter {', '.join(sorted(unknown))}.")
        values = {name: str(each.get("Default", "")) for name, each in known.items()} | dict(given)
        shown = {name: value for name, value in values.items() if not known[name].get("NoEcho")}
        models = tuple(sorted({value for name, value in shown.items() if _writes_text(name) and value}))
        index = shown.get("KendraIndexId", "")
        return cls(target, target.stack or LOCAL_STACK, shown, models, (), index, template().get("Rules", {}))

    @property
    def is_deployed(self) -> bool:
        return not self.rules

    @property
    def region(self) -> str:
        return self.target.cloudformation.meta.region_name


def _writes_text(parameter: str) -> bool:
    """Whether it names a model that writes; those of the search only make vectors and rank."""
    return parameter.endswith("ModelId") and parameter not in ("EmbeddingModelId", "RerankModelId")


def _guardrails(variables: Mapping[str, Mapping[str, str]]) -> list[Guardrail]:
    """Each version once, even if several functions use it."""
    used: dict[tuple[str, str], str] = {}
    texts_per_call: dict[tuple[str, str], int] = {}
    for function, each in sorted(variables.items(), reverse=True):
        if "GUARDRAIL_ID" in each:
            guardrail = each["GUARDRAIL_ID"].rpartition("/")[2], each["GUARDRAIL_VERSION"]
            used[guardrail] = function
            if "TEXTS_PER_CALL" in each:
                texts_per_call[guardrail] = int(each["TEXTS_PER_CALL"])
    return [
        Guardrail(*guardrail, function, texts_per_call.get(guardrail, 0))
        for guardrail, function in sorted(used.items(), key=lambda each: each[1])
    ]
