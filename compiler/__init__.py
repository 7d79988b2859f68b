"""What `make compile` writes: everything that can be derived from the parts that people write.

| from | comes |
|---|---|
| `foundation/template/*.part.yaml`, `functions/*/template.part.yaml` | `template.yaml` (template.py, snapshots.py) |
| `foundation/api.part.yaml`, `functions/*/api.part.yaml` | `openapi.yaml` (contract.py) |
| `openapi.yaml` | `foundation/gateway.json` (gateway.py), the request schemas (request_schemas.py) |
| `openapi.yaml` | `docs/api-reference.md` (reference.py) |
| `statemachines/*/*.asl.yaml` | the `.asl.json` beside each, and an alarm for each (workflows.py, alarms.py) |
| the template, the workflows, the contract, the error classes | tables in `docs/` (tables.py) |
| the list of seams | the table in `docs/local.md` (local/seams/table.py) |

Before that, the Cedar policies are checked (policies.py): nothing is written while one of them is wrong.

Each module offers pure functions from text to text; `__main__.py` reads and writes. A test compares what is committed
with what would be written.
"""
