import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { FormDialog } from "../../lists/FormDialog";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { messages } from "./messages";

type Compare = Schemas["FlowTestToSave"]["compare"];

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST = 60;

/** Keeps a run as a test, masked as it is. `docent flow pull` writes it into the repository. */
export function SaveTestDialog({ run, onClose }: { run: Schemas["FlowRunDetails"]; onClose: () => void }) {
  const t = useMessages(messages);
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [name, setName] = useState("");
  const [compare, setCompare] = useState<Compare>("path");
  const isName = NAME.test(name);

  async function save() {
    try {
      const params = { path: { flow: run.flow, test: name } };
      await answer(api.PUT("/flows/{flow}/tests/{test}", { params, body: { run_id: run.run_id, compare } }));
      notify("success", t.testSaved(name, run.flow));
    } catch (error) {
      fail(t.testFailed, error);
    }
    onClose();
  }

  return (
    <FormDialog header={t.saveTest} action={t.save} cancel={t.cancel} complete={isName} onSend={save} onClose={onClose}>
      <FormField label={t.testName} constraintText={t.testNameHint} errorText={name && !isName ? t.testNameHint : undefined}>
        <Input value={name} onChange={({ detail }) => setName(detail.value.slice(0, LONGEST))} />
      </FormField>
      <FormField label={t.compare}>
        <RadioGroup
          value={compare}
          onChange={({ detail }) => setCompare(detail.value as Compare)}
          items={(["path", "texts"] as const).map((value) => ({ value, label: t.compares[value], description: t.compareHints[value] }))}
        />
      </FormField>
    </FormDialog>
  );
}
