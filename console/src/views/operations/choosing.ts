import type { Schemas } from "../../api/client";

export type ExecutionState = Schemas["ExecutionState"];
export const BADLY_ENDED: ExecutionState[] = ["FAILED", "TIMED_OUT", "ABORTED"];

export interface Choice {
  workflow: string;
  status: ExecutionState;
}

/** What is shown before anybody has chosen: the first workflow of which something failed. */
export function firstFailed(workflows: Schemas["WorkflowCounts"][]): Choice | undefined {
  const found = BADLY_ENDED.flatMap((status) => workflows.map(({ workflow, counts }) => ({ workflow, status, count: counts[status] ?? 0 })));
  return found.find(({ count }) => count > 0);
}

/** What the address asks for, if it is something. */
export function readChoice(params: URLSearchParams): Choice | undefined {
  const [workflow, status] = [params.get("workflow"), params.get("status")];
  return workflow && status ? { workflow, status: status as ExecutionState } : undefined;
}
