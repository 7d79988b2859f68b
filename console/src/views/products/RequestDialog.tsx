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
import { Text } from "../../text/Text";
import { FormDialog } from "../../lists/FormDialog";
import { messages } from "./messages";

interface Props {
  product: Schemas["Product"];
  onClose: () => void;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

export function RequestDialog({ product, onClose }: Props) {
  const t = useMessages(messages);
  const api = useApi();
  const { session } = useDeployment();
  const { notify, fail } = useNotifications();
  const [purpose, setPurpose] = useState("");
  const [until, setUntil] = useState("");
  const [group, setGroup] = useState("");
  const groups = [{ value: "", label: t.myself }, ...(session.user?.groups ?? []).map((value) => ({ value, label: shown(value) }))];

  async function send() {
    try {
      const body = { product_id: product.product_id, purpose, until, ...(group ? { group } : {}) };
      await answer(api.POST("/subscriptions", { body }));
      notify("success", t.requested);
    } catch (error) {
      fail(t.requestFailed, error);
    }
    onClose();
  }

  return (
    <FormDialog
      header={
        <>
          {t.requestTitle}: <Text of={product.name} />
        </>
      }
      action={t.request}
      cancel={t.cancel}
      complete={purpose.trim() !== "" && DAY.test(until)}
      onSend={send}
      onClose={onClose}
    >
      <FormField label={t.purpose} constraintText={t.purposeHint}>
        <Textarea value={purpose} onChange={({ detail }) => setPurpose(detail.value)} />
      </FormField>
      <FormField label={t.until} constraintText={t.untilHint}>
        <Input
          value={until}
          placeholder="YYYY-MM-DD"
          onChange={({ detail }) => setUntil(detail.value)}
        />
      </FormField>
      <FormField label={t.group}>
        <Select
          options={groups}
          selectedOption={groups.find(({ value }) => value === group) ?? null}
          onChange={({ detail }) => setGroup(detail.selectedOption.value ?? "")}
        />
      </FormField>
    </FormDialog>
  );
}
