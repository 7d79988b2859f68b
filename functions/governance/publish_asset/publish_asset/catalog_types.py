"""What DataZone needs before anything is published: an asset type, its forms, and a rule.

The rule requires a purpose and a last day in requests for a data product. Form types are Smithy structures:
https://docs.aws.amazon.com/datazone/latest/userguide/create-asset-types.html
"""

import hashlib

from governing.datazone import ACCESS_FORM, ASSET_TYPE, PRODUCT_FORM, Domain

from .catalog_entries import Entries, Entry

_FORMS = {
    PRODUCT_FORM: """structure DocentProduct {
    @required
    product_id: String
    @required
    classification: String
    @required
    department: String
    @required
    owner: String
    documents: Integer
    searchable: Integer
    failed: Integer
    pages: Integer
    images: Integer
    gaps: Integer
    oldest_at: String
    newest_at: String
}""",
    ACCESS_FORM: """structure DocentAccess {
    @required
    purpose: String
    @required
    until: String
}""",
}
_RULE, _SET_UP = "Docent access", "set-up"


def set_up(domain: Domain, entries: Entries) -> None:
    """Idempotent: done once for a domain."""
    before = entries.get(_SET_UP)
    if before.id == domain.domain_id:
        return
    own = {"owningProjectIdentifier": domain.project_id}
    revisions: dict[str, str] = {}
    for name, model in _FORMS.items():
        form = domain.find("get_form_type", "a form type was looked up", formTypeIdentifier=name)
        form = form or domain.ask(
            "create_form_type", "a form type was made", name=name, model={"smithy": model}, status="ENABLED", **own
        )
        revisions[name] = form["revision"]
    # The same asset type again would be another revision of it.
    if not domain.find("get_asset_type", "the asset type was looked up", identifier=ASSET_TYPE):
        needed = {"typeIdentifier": PRODUCT_FORM, "typeRevision": revisions[PRODUCT_FORM], "required": True}
        domain.ask(
            "create_asset_type", "the asset type was made", name=ASSET_TYPE, formsInput={PRODUCT_FORM: needed}, **own
        )
    _make_rule(domain, revisions[ACCESS_FORM])
    entries.put(_SET_UP, Entry(domain.domain_id), before)


def term_of(domain: Domain, entries: Entries, name: str) -> str:
    """The id of a term in Docent's glossary, which is made where there is none."""
    return _made(
        domain, entries, f"term:{name}", "create_glossary_term", name, glossaryIdentifier=_glossary(domain, entries)
    )


def _glossary(domain: Domain, entries: Entries) -> str:
    own = {"owningProjectIdentifier": domain.project_id}
    return _made(domain, entries, "glossary", "create_glossary", "Docent", **own)


def _made(domain: Domain, entries: Entries, entry: str, operation: str, name: str, **more: str) -> str:
    before = entries.get(entry)
    if before.id:
        return before.id
    token = hashlib.sha256(f"{domain.project_id}/{entry}".encode()).hexdigest()
    made = domain.ask(operation, "a glossary was extended", name=name, status="ENABLED", clientToken=token, **more)
    entries.put(entry, Entry(made["id"]), before)
    return made["id"]


def _make_rule(domain: Domain, revision: str) -> None:
    unit = domain.root_unit()
    asked = {"targetType": "DOMAIN_UNIT", "targetIdentifier": unit, "action": "CREATE_SUBSCRIPTION_REQUEST"}
    if any(rule.get("name") == _RULE for rule in domain.every("list_rules", "rules were listed", **asked)):
        return
    form = {"typeIdentifier": ACCESS_FORM, "typeRevision": revision}
    domain.ask(
        "create_rule",
        "the rule for requests was made",
        name=_RULE,
        action="CREATE_SUBSCRIPTION_REQUEST",
        target={"domainUnitTarget": {"domainUnitId": unit, "includeChildDomainUnits": True}},
        scope={
            "assetType": {"selectionMode": "SPECIFIC", "specificAssetTypes": [ASSET_TYPE]},
            "project": {"selectionMode": "ALL"},
            "dataProduct": False,
        },
        detail={"metadataFormEnforcementDetail": {"requiredMetadataForms": [form]}},
    )
