import Checkbox from "@cloudscape-design/components/checkbox";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useState } from "react";
import { useNavigate } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { postForm } from "../../api/upload_forms";
import { useMessages } from "../../i18n/language";
import { FormDialog } from "../../lists/FormDialog";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { messages } from "./messages";

type Technique = Schemas["Technique"];

export const TECHNIQUES: readonly Technique[] = ["naive", "expert", "consultancy", "debate"];
const ROUNDS = ["1", "2", "3", "4", "5"].map((value) => ({ value, label: value }));

export function StartDialog({ onClose }: { onClose: () => void }) {
  const t = useMessages(messages);
  const api = useApi();
  const { config } = useDeployment();
  const { fail } = useNotifications();
  const navigate = useNavigate();
  const [file, setFile] = useState<File>();
  const [techniques, setTechniques] = useState<readonly Technique[]>(["expert", "debate"]);
  const [rounds, setRounds] = useState("3");
  const [budget, setBudget] = useState("");

  async function start(cases: File) {
    try {
      const name = cases.name.replace(/\.jsonl?$/, "");
      const { run_id, upload } = await answer(api.POST("/debates", { body: { name } }));
      if (upload) {
        const fields = upload.fields as Record<string, string>;
        await postForm(sameOrigin(upload.url, config.files), fields, cases, new AbortController().signal, () => undefined);
      }
      const body = { techniques: [...techniques], rounds: Number(rounds), ...(budget ? { budget: Number(budget) } : {}) };
      await answer(api.POST("/debates/{run_id}/start", { params: { path: { run_id } }, body }));
      void navigate(`/debates/${run_id}`);
    } catch (error) {
      fail(t.startFailed, error);
      onClose();
    }
  }

  return (
    <FormDialog
      header={t.startTitle}
      action={t.startTitle}
      cancel={t.cancel}
      complete={file !== undefined && techniques.length > 0}
      onSend={async () => file && start(file)}
      onClose={onClose}
    >
      <FormField label={t.file} constraintText={t.fileHint}>
        <FileUpload
          accept=".jsonl,.json"
          value={file ? [file] : []}
          onChange={({ detail }) => setFile(detail.value[0])}
          i18nStrings={{
            uploadButtonText: () => t.chooseFile,
            dropzoneText: () => t.chooseFile,
            removeFileAriaLabel: () => t.cancel,
            limitShowFewer: "",
            limitShowMore: "",
            errorIconAriaLabel: "",
          }}
        />
      </FormField>
      <FormField label={t.techniques}>
        {TECHNIQUES.map((each) => (
          <Checkbox
            key={each}
            checked={techniques.includes(each)}
            description={t.techniqueHints[each]}
            onChange={({ detail }) =>
              setTechniques(TECHNIQUES.filter((other) => (other === each ? detail.checked : techniques.includes(other))))
            }
          >
            {t.techniqueNames[each]}
          </Checkbox>
        ))}
      </FormField>
      <FormField label={t.rounds}>
        <Select
          options={ROUNDS}
          selectedOption={ROUNDS[Number(rounds) - 1] ?? null}
          onChange={({ detail }) => setRounds(detail.selectedOption.value ?? "3")}
        />
      </FormField>
      <FormField label={t.budget} constraintText={t.budgetHint}>
        <Input type="number" inputMode="decimal" value={budget} onChange={({ detail }) => setBudget(detail.value)} />
      </FormField>
    </FormDialog>
  );
}
