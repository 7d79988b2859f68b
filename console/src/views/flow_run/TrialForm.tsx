import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { useNavigate } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { textOf } from "../../flow_runs/documents";
import { placeOfRun } from "../../flow_runs/places";
import type { RunNode } from "../../flow_runs/progress";
import { useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { messages } from "./messages";

type Scope = Schemas["FlowTrial"]["scope"];

/** Runs the node once more, alone or with all that follows, with inputs that can be changed. It is a new run. */
export function TrialForm({ flow, runId, node }: { flow: string; runId: string; node: RunNode }) {
  const t = useMessages(messages);
  const api = useApi();
  const { fail } = useNotifications();
  const navigate = useNavigate();
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(Object.entries(node.inputs).map(([name, document]) => [name, textOf(document)])),
  );
  const [isOpen, setOpen] = useState(false);
  const [busy, setBusy] = useState<Scope>();

  const given: NonNullable<Schemas["FlowTrial"]["inputs"]> = {};
  const wrong = new Set<string>();
  for (const [name, before] of Object.entries(node.inputs)) {
    const text = texts[name] ?? "";
    if (text === textOf(before)) continue;
    try {
      // A text stays one; other documents are JSON.
      given[name] = typeof before === "string" ? text : JSON.parse(text);
    } catch {
      wrong.add(name);
    }
  }

  async function run(scope: Scope) {
    setBusy(scope);
    try {
      const body = { run_id: runId, node: node.node, scope, inputs: given };
      const result = await answer(api.POST("/flows/{flow}/trials", { params: { path: { flow } }, body }));
      void navigate(placeOfRun(flow, result.run_id));
    } catch (error) {
      fail(t.trialFailed, error);
    }
    setBusy(undefined);
  }

  return (
    <ExpandableSection headerText={t.trial} expanded={isOpen} onChange={({ detail }) => setOpen(detail.expanded)}>
      {isOpen && (
        <SpaceBetween size="s">
          {Object.keys(node.inputs).map((name) => (
            <FormField key={name} label={shown(name)} errorText={wrong.has(name) ? t.notJson : undefined}>
              <Textarea
                value={texts[name] ?? ""}
                rows={4}
                onChange={({ detail }) => setTexts({ ...texts, [name]: detail.value })}
              />
            </FormField>
          ))}
          <SpaceBetween direction="horizontal" size="xs">
            {(["node", "rest"] as const).map((scope) => (
              <Button
                key={scope}
                loading={busy === scope}
                disabled={wrong.size > 0 || (busy !== undefined && busy !== scope)}
                onClick={() => void run(scope)}
              >
                {t.scopes[scope]}
              </Button>
            ))}
          </SpaceBetween>
        </SpaceBetween>
      )}
    </ExpandableSection>
  );
}
