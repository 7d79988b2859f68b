"""The filters of Retrieve as those of S3 Vectors."""

from local.bedrock_agent.wire import Json, invalid

_OPERATORS = {
    "equals": "$eq",
    "notEquals": "$ne",
    "greaterThan": "$gt",
    "greaterThanOrEquals": "$gte",
    "lessThan": "$lt",
    "lessThanOrEquals": "$lte",
    "in": "$in",
    "notIn": "$nin",
}
_JOINED = {"andAll": "$and", "orAll": "$or"}


def filter_of(given: Json) -> Json:
    for name, value in given.items():
        if name in _JOINED:
            return {_JOINED[name]: [filter_of(each) for each in value]}
        if name in _OPERATORS:
            return {value["key"]: {_OPERATORS[name]: value["value"]}}
        raise invalid(f"The filter {name} is not supported by S3 Vectors.")
    raise invalid("The filter is empty.")
