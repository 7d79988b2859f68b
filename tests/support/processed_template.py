"""The template as CloudFormation processes it: SAM's resources expanded, conditions and functions resolved.

What only a deployed resource knows (its id, its attributes) is a placeholder.
"""

import copy
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import boto3
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from jsonschema import Draft7Validator, TypeChecker, ValidationError
from jsonschema.validators import extend
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.support.project import ROOT, template

# Around a placeholder.
MARK = "§"
# Guardrail names end at 50 characters, and the longest suffix is `-masking`.
LONGEST_STACK_NAME = "d" * 42
LOCAL_PATHS = ("CodeUri", "ContentUri", "DefinitionUri")
NOTHING = object()
# Properties that the pinned schemas do not have yet.
NEWER = (
    "VectorIndex.MetadataConfiguration: Additional properties are not allowed"
    " ('TextSearchConfigurations' was unexpected)",
    "PolicyKnowledgeBase.StorageConfiguration: Additional properties are not allowed"
    " ('S3VectorsConfiguration' was unexpected)",
    "PolicyKnowledgeBase.StorageConfiguration.Type: 'S3_VECTORS' is not one of ['OPENSEARCH_SERVERLESS', 'PINECONE',"
    " 'RDS', 'MONGO_DB_ATLAS', 'NEPTUNE_ANALYTICS', 'OPENSEARCH_MANAGED_CLUSTER']",
)
# In every region since 2026; the pinned schemas have them in five.
S3_VECTORS = {"AWS::S3Vectors::VectorBucket", "AWS::S3Vectors::Index"}


@cache
def expanded() -> dict[str, Any]:
    """The template with its includes and SAM's resources expanded, and with its conditions and functions."""
    written = json.loads(json.dumps(template()))
    written["Resources"]["Api"]["Properties"]["DefinitionBody"] = json.loads(
        (ROOT / "foundation/gateway.json").read_text()
    )
    for body in written["Resources"].values():
        for name in LOCAL_PATHS:
            if name in body.get("Properties", {}):
                body["Properties"][name] = f"s3://packages/{name}"
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    # No managed policy is named by its name alone; the region decides about the partition only.
    return Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1")).translate(written, {})


@dataclass(frozen=True)
class Processed:
    """The template with these parameters, in a region."""

    given: Mapping[str, str]
    region: str = "us-east-1"

    @cached_property
    def parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, parameter in expanded()["Parameters"].items():
            value = self.given.get(name, parameter.get("Default"))
            match parameter["Type"]:
                case "Number":
                    found[name] = int(value)
                case "CommaDelimitedList":
                    found[name] = value.split(",")
                case _:
                    found[name] = value
        assert set(self.given) <= set(found), "a parameter that the template does not have"
        return found | {
            "AWS::AccountId": "111122223333",
            "AWS::NoValue": NOTHING,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:111122223333:stack/{LONGEST_STACK_NAME}/6f0c3f5e",
            "AWS::StackName": LONGEST_STACK_NAME,
            "AWS::URLSuffix": "amazonaws.com",
        }

    @cached_property
    def conditions(self) -> dict[str, bool]:
        return {name: self.resolve(condition) for name, condition in expanded()["Conditions"].items()}

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Those that are created, with resolved properties."""
        return {
            name: body | {"Properties": self.resolve(copy.deepcopy(body.get("Properties", {})))}
            for name, body in self._created.items()
        }

    @property
    def types(self) -> set[str]:
        return {body["Type"] for body in self._created.values()}

    @property
    def _created(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = expanded()["Resources"]
        return {name: body for name, body in found.items() if self.conditions.get(body.get("Condition", ""), True)}

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of each resource of a type."""
        return {name: body["Properties"] for name, body in self.resources.items() if body["Type"] == kind}

    @property
    def refusals(self) -> list[str]:
        """What CloudFormation says before it creates or changes anything, if a rule is not kept."""
        return [
            assertion["AssertDescription"]
            for rule in expanded()["Rules"].values()
            if self.resolve(rule.get("RuleCondition", True))
            for assertion in rule["Assertions"]
            if not self.resolve(assertion["Assert"])
        ]

    @property
    def faults(self) -> list[str]:
        """Where resources differ from CloudFormation's schemas: `resource, property: why`."""
        found = [
            f"{name}.{'.'.join(str(step) for step in error.path)}: {error.message[:300]}"
            for name, body in self.resources.items()
            for error in _schema(self.region, body["Type"]).iter_errors(body["Properties"])
            if not _depends_on_a_placeholder(error)
        ]
        return [fault for fault in found if fault not in NEWER]

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Condition" and isinstance(argument, str):
                return self.resolve(expanded()["Conditions"][argument])
            if function == "Ref" or function.startswith("Fn::"):
                return self._called(function, argument)
        found = {name: self.resolve(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each is not NOTHING}

    def _called(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Ref", name:
                return self.parameters[name] if name in self.parameters else _placeholder(name)
            case "Fn::GetAtt", [name, attribute]:
                return _placeholder(f"{name}.{attribute}")
            case "Fn::If", [condition, then, otherwise]:
                return self.resolve(then if self.conditions[condition] else otherwise)
            case "Fn::Equals", [one, other]:
                return str(self.resolve(one)) == str(self.resolve(other))
            case "Fn::Not", [condition]:
                return not self.resolve(condition)
            case "Fn::And", conditions:
                return all(self.resolve(each) for each in conditions)
            case "Fn::Or", conditions:
                return any(self.resolve(each) for each in conditions)
            case "Fn::Join", [separator, parts]:
                return separator.join(str(each) for each in self.resolve(parts))
            case "Fn::Split", [separator, text]:
                return self.resolve(text).split(separator)
            case "Fn::Select", [index, values]:
                found = self.resolve(values)
                return found[int(index)] if int(index) < len(found) else _placeholder("Select")
            case "Fn::Sub", [str(text), dict(names)]:
                return self._substituted(text, names)
            case "Fn::Sub", text:
                return self._substituted(text, {})
        raise AssertionError(f"{function} is not resolved here")

    def _substituted(self, text: str, names: Mapping[str, Any]) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1] in names:
                return str(self.resolve(names[found[1]]))
            name, _, attribute = found[1].partition(".")
            return str(self.resolve({"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}))

        return re.sub(r"\$\{([^!}]+)\}", value, text)


def _placeholder(name: str) -> str:
    return f"{MARK}{name}{MARK}"


def _depends_on_a_placeholder(error: ValidationError) -> bool:
    return MARK in json.dumps(error.instance, ensure_ascii=False) and error.validator not in (
        "additionalProperties",
        "required",
    )


def _is_number(_checker: TypeChecker, value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?", value)))


def _is_text(_checker: TypeChecker, value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_truth(_checker: TypeChecker, value: Any) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


# CloudFormation converts between texts, numbers and truth values.
_CONVERTING = Draft7Validator.TYPE_CHECKER.redefine_many(
    {"integer": _is_number, "number": _is_number, "string": _is_text, "boolean": _is_truth}
)

# Members of a character class that Python's expressions lack (`\p{L}`), for the characters that the template uses.
_CHARACTERS = {"L": "A-Za-z", "M": "", "N": "0-9", "P": r"!#%-*,./:;?@_\\-", "S": "$+<=>|~", "Z": " "}
_Validator = extend(Draft7Validator, type_checker=_CONVERTING)


@cache
def _schema(region: str, kind: str) -> Draft7Validator:
    schema = json.dumps(
        PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1" if kind in S3_VECTORS else region, kind).schema
    )
    schema = schema.replace('"^(?i)', '"(?i)^')  # Python wants flags first
    return _Validator(json.loads(re.sub(r"\\\\p\{(\w)\w*\}", lambda found: _CHARACTERS[found[1]], schema)))


def types_in(region: str) -> set[str]:
    """The resource types that a region has."""
    return set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region=region))
