"""Write everything that is compiled; with --check, name what differs from what is there, and write nothing."""

import json
import sys
from pathlib import Path

from compiler.alarms import alarms
from compiler.console import digest_of_site
from compiler.contract import contract
from compiler.flows import computed as computed_of_flows
from compiler.flows import deployed_files, flow_files, flow_values
from compiler.flows import resources as resources_of_flows
from compiler.gateway import gateway
from compiler.merging import Part
from compiler.operations import answering
from compiler.policies import problems_of
from compiler.project import NOTICE, ROOT, contract_parts, logical_id, template_parts, workflow_sources
from compiler.reading import read_template, read_yaml
from compiler.reference import page
from compiler.regions import with_region
from compiler.request_schemas import request_schemas
from compiler.snapshots import with_hashes
from compiler.tables import errors_table, functions_page
from compiler.template import template
from compiler.workflows import Workflow
from docent.errors import every_error
from local.seams.table import render as seams_table


def compiled() -> dict[Path, str]:
    """`{file: its text}` of every file that is compiled."""
    workflows = _workflows()
    api_text = contract([_part(path) for path in contract_parts()])
    api = read_yaml(api_text)
    recorded = [logical_id(each.name) for each in workflows.values() if each.records_failures]
    parts = [_part(path) for path in template_parts()]
    flows = flow_files()
    computed = {
        **computed_of_flows(flows),
        "functions_of_the_api": _list([f"!GetAtt {logical_id(name, 'Function')}.Arn" for name in answering(api)]),
        "standard_workflows": ",".join(_standard(parts, [each.name for each in workflows.values()])),
        "recorded_workflows": _list([f"!Ref {each}" for each in recorded]),
        "capabilities": _list([path.parent.name for path in contract_parts()[1:]]),
        "console_release": digest_of_site(),
    }
    snippets = (ROOT / "foundation/snippets.yaml").read_text()
    alarmed = [*parts, resources_of_flows(flows, flow_values(snippets)), alarms(list(workflows.values()))]
    template_text = with_hashes(template(alarmed, snippets, computed))
    errors = every_error()
    return {
        ROOT / "template.yaml": template_text,
        ROOT / "openapi.yaml": api_text,
        ROOT / "foundation/gateway.json": _json(gateway(api)),
        ROOT / "layers/shared/docent/requests.json": _json(request_schemas(api)),
        ROOT / "layers/flows/flows/deployed_files.json": deployed_files(flows, NOTICE.format("flows/")),
        ROOT / "docs/api-reference.md": page(api),
        ROOT / "docs/functions.md": functions_page(read_template(template_text), api, list(workflows.values()), errors),
        ROOT / "docs/errors.md": _with_region("docs/errors.md", "errors", errors_table(errors)),
        ROOT / "docs/local.md": _with_region("docs/local.md", "seams", seams_table()),
        **{path: workflow.to_json() for path, workflow in workflows.items()},
    }


def _standard(parts: list[Part], workflows: list[str]) -> list[str]:
    """The workflows whose executions Step Functions keeps: all but Express ones."""
    resources = {name: each for part in parts for name, each in read_template(part.text).get("Resources", {}).items()}
    types = {name: resources[logical_id(name)]["Properties"].get("Type") for name in workflows}
    return sorted(name for name in workflows if types[name] != "EXPRESS")


def _workflows() -> dict[Path, Workflow]:
    """`{its JSON file: the workflow}`"""
    folder = ROOT / "statemachines"
    policies = read_yaml((folder / "retry_policies.yaml").read_text())
    expressions = read_yaml((folder / "expressions.yaml").read_text())
    return {
        path.with_suffix(".json"): Workflow.read(
            path.name.removesuffix(".asl.yaml"), path.read_text(), policies, expressions
        )
        for path in workflow_sources()
    }


def _with_region(page: str, name: str, content: str) -> str:
    return with_region((ROOT / page).read_text(), name, content)


def _part(path: Path) -> Part:
    return Part(path.relative_to(ROOT).as_posix(), path.read_text())


def _list(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def main(words: list[str]) -> int:
    if problems := problems_of(ROOT / "layers/governing/governing/policies", ROOT / "tests/governance/policies"):
        print("\n".join(problems))
        return 1
    texts = compiled()
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if "--check" in words:
            print(f"{path.relative_to(ROOT)} is not what its parts say: run `make compile`.")
        else:
            path.write_text(texts[path])
            print(f"{path.relative_to(ROOT)} written.")
    return 1 if stale and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
