"""Access and attribute filters as tantivy queries, applied before the best passages are selected.

Access follows AWS's documentation (developer guide "Filtering on user context", API UserContext and
CreateIndex's UserContextPolicy):

- a document without an access list is public;
- with a user context, a document with a list is found by the users and groups it allows; a DENY
  always wins over an ALLOW, and a list with only DENYs allows no one;
- an empty user context finds only public documents;
- without a user context, all documents are found under the policy ATTRIBUTE_FILTER (the default)
  and only public documents under USER_TOKEN.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tantivy import Index, Occur, Query

from local.kendra.wire import invalid

BUILT_IN_ATTRIBUTES = {
    "_authors": "STRING_LIST_VALUE",
    "_category": "STRING_VALUE",
    "_created_at": "DATE_VALUE",
    "_data_source_id": "STRING_VALUE",
    "_document_id": "STRING_VALUE",
    "_document_title": "STRING_VALUE",
    "_excerpt_page_number": "LONG_VALUE",
    "_faq_id": "STRING_VALUE",
    "_file_type": "STRING_VALUE",
    "_language_code": "STRING_VALUE",
    "_last_updated_at": "DATE_VALUE",
    "_source_uri": "STRING_VALUE",
    "_tenant_id": "STRING_VALUE",
    "_version": "STRING_VALUE",
    "_view_count": "LONG_VALUE",
}
PUBLIC = "PUBLIC"

type Attributes = Sequence[Mapping[str, Any]]  # as in the API: [{"Key": ..., "Value": {"StringValue": ...}}]

_VALUE_MEMBERS = {
    "STRING_VALUE": "StringValue",
    "STRING_LIST_VALUE": "StringListValue",
    "LONG_VALUE": "LongValue",
    "DATE_VALUE": "DateValue",
}
_RANGES = {
    "GreaterThan": "{{{} TO *}}",
    "GreaterThanOrEquals": "[{} TO *}}",
    "LessThan": "{{* TO {}}}",
    "LessThanOrEquals": "{{* TO {}]",
}
_GROUPS = ("AndAllFilters", "OrAllFilters")
_DEEPEST = 2
_LONGEST = 10


def refusal_of(attributes: Attributes, configured: Mapping[str, str]) -> str | None:
    """Why an index with these attribute types refuses a document with these attributes; None if it accepts it."""
    seen: set[str] = set()
    for attribute in attributes:
        key, value = attribute["Key"], attribute["Value"]
        if key not in configured:
            return f"The attribute {key} is not configured in the index."
        if key in seen:
            return f"The attribute {key} is given twice."
        seen.add(key)
        if set(value) != {_VALUE_MEMBERS[configured[key]]}:
            return f"The attribute {key} must have one {_VALUE_MEMBERS[configured[key]]}."
        if len(value.get("StringListValue", ())) > _LONGEST:
            return f"The attribute {key} has more than {_LONGEST} strings."
    return None


def indexed_values(attributes: Attributes) -> dict[str, Any]:
    """The attributes as stored in the search index, for the filters below."""
    return {attribute["Key"]: _indexed(attribute["Value"]) for attribute in attributes}


def principals_of(access: Sequence[Mapping[str, str]]) -> tuple[list[str], list[str]]:
    """The allowed and the denied terms of an access list."""
    if not access:
        return [PUBLIC], []
    by_access: dict[str, list[str]] = {"ALLOW": [], "DENY": []}
    for entry in access:
        by_access[entry["Access"]].append(_principal(entry["Type"], entry["Name"], entry.get("DataSourceId")))
    return by_access["ALLOW"], by_access["DENY"]


def access_query(index: Index, user: Mapping[str, Any] | None, policy: str) -> Query | None:
    """The documents that the user of a UserContext may see; None means all."""
    if user is None:
        return Query.term_query(index.schema, "allow", PUBLIC) if policy == "USER_TOKEN" else None
    if "Token" in user and len(user) > 1:
        raise invalid("UserContext takes either a Token or a UserId with Groups, not both.")
    if "Token" in user:
        raise invalid("Token-based access control is not offered here: give UserId and Groups.")
    principals = [_principal("GROUP", group) for group in user.get("Groups", ())]
    principals += [
        _principal("GROUP", group["GroupId"], group["DataSourceId"]) for group in user.get("DataSourceGroups", ())
    ]
    if "UserId" in user:
        principals.append(_principal("USER", user["UserId"]))
    return Query.boolean_query(
        [
            (Occur.Must, Query.term_set_query(index.schema, "allow", [PUBLIC, *principals])),
            (Occur.MustNot, Query.term_set_query(index.schema, "deny", principals)),
        ]
    )


def attribute_query(index: Index, chosen: Mapping[str, Any], configured: Mapping[str, str], depth: int = 0) -> Query:
    """The query for a request's AttributeFilter. Raises ValidationException as Kendra does."""
    if depth > _DEEPEST:
        raise invalid(f"AttributeFilter cannot have a depth of more than {_DEEPEST}.")
    clauses: list[Query] = [Query.all_query()]
    for name, operand in chosen.items():
        if name in _GROUPS:
            if len(operand) > _LONGEST:
                raise invalid(f"AttributeFilter cannot have a length of more than {_LONGEST}.")
            occur = Occur.Must if name == "AndAllFilters" else Occur.Should
            parts = [(occur, attribute_query(index, part, configured, depth + 1)) for part in operand]
            clauses.append(Query.boolean_query(parts) if parts else Query.all_query())
        elif name == "NotFilter":
            inner = attribute_query(index, operand, configured, depth + 1)
            clauses.append(Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, inner)]))
        else:
            clauses.append(_comparison(index, name, operand, configured))
    return Query.boolean_query([(Occur.Must, clause) for clause in clauses])


def _comparison(index: Index, name: str, operand: Mapping[str, Any], configured: Mapping[str, str]) -> Query:
    key, value = operand["Key"], operand["Value"]
    if key in ("_user_id", "_group_ids"):
        raise invalid(f"Filtering by {key} is not offered here: give UserContext.")
    kind = configured.get(key)
    if kind is None:
        raise invalid(f"The attribute {key} is not configured in the index.")
    if set(value) != {_VALUE_MEMBERS[kind]}:
        raise invalid(f"The attribute {key} is compared with a {_VALUE_MEMBERS[kind]}.")
    path, wanted = f"attributes.{key}", _indexed(value)
    if name in ("ContainsAll", "ContainsAny"):
        if kind != "STRING_LIST_VALUE":
            raise invalid(f"{name} applies to StringListValue only.")
        occur = Occur.Must if name == "ContainsAll" else Occur.Should
        return Query.boolean_query([(occur, Query.term_query(index.schema, path, text)) for text in wanted])
    if name == "EqualsTo":
        if kind == "STRING_LIST_VALUE":
            raise invalid("EqualsTo does not apply to StringListValue: use ContainsAll or ContainsAny.")
        return Query.term_query(index.schema, path, wanted)
    if kind not in ("LONG_VALUE", "DATE_VALUE"):
        raise invalid(f"{name} applies to LongValue and DateValue only.")
    return index.parse_query(f"{path}:{_RANGES[name].format(wanted)}")


def _indexed(value: Mapping[str, Any]) -> Any:
    match value:
        case {"StringValue": text}:
            return _text(text)
        case {"StringListValue": texts}:
            return [_text(text) for text in texts]
        case {"LongValue": number}:
            return number
        case {"DateValue": seconds}:
            return round(seconds * 1000)
    raise invalid("An attribute has no value.")


def _text(text: str) -> str:
    # tantivy would parse a text that looks like a date as a date; the prefix prevents this.
    return f"={text}"


def _principal(kind: str, name: str, data_source_id: str | None = None) -> str:
    return f"{kind}:{data_source_id or ''}:{name}"
