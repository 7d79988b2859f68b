import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { FormDialog } from "../../lists/FormDialog";
import { messages } from "./messages";

type Classification = Schemas["Classification"];

const CLASSIFICATIONS: readonly Classification[] = ["public", "internal", "confidential", "personal_data"];
const ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function CreateDialog({ onClose }: { onClose: (made: boolean) => void }) {
  const t = useMessages(messages);
  const api = useApi();
  const { session } = useDeployment();
  const { notify, fail } = useNotifications();
  const groups = (session.user?.groups ?? []).map((value) => ({ value, label: shown(value) }));
  const kinds = CLASSIFICATIONS.map((value) => ({ value, label: t.classifications[value] }));
  const [product_id, setId] = useState("");
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [classification, setClassification] = useState<Classification>("internal");
  const [department, setDepartment] = useState(groups[0]?.value ?? "");

  async function send() {
    try {
      await answer(api.POST("/products", { body: { product_id, name: name.trim(), description, classification, department } }));
      notify("success", t.created(product_id));
      onClose(true);
    } catch (error) {
      fail(t.createFailed, error);
      onClose(false);
    }
  }

  return (
    <FormDialog
      header={t.createTitle}
      action={t.create}
      cancel={t.cancel}
      complete={ID.test(product_id) && name.trim() !== "" && department !== ""}
      onSend={send}
      onClose={() => onClose(false)}
    >
      <FormField label={t.id} constraintText={t.idHint}>
        <Input value={product_id} onChange={({ detail }) => setId(detail.value)} />
      </FormField>
      <FormField label={t.name}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label={t.descriptionField}>
        <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
      <FormField label={t.classification}>
        <Select
          options={kinds}
          selectedOption={kinds.find(({ value }) => value === classification) ?? null}
          onChange={({ detail }) => setClassification(detail.selectedOption.value as Classification)}
        />
      </FormField>
      <FormField label={t.department}>
        <Select
          options={groups}
          selectedOption={groups.find(({ value }) => value === department) ?? null}
          onChange={({ detail }) => setDepartment(detail.selectedOption.value ?? "")}
        />
      </FormField>
    </FormDialog>
  );
}
