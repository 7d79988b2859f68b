import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { postForm } from "../../api/upload_forms";
import { useMessages } from "../../i18n/language";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { messages } from "./messages";

type Review = NonNullable<Schemas["LabelOptions"]["review"]>;

const TEXTS = "consistent-answer";
/** Those that come with Docent. */
const SCHEMAS = ["customer-call", "dogs-video", TEXTS];
const OWN = "own";
const ANSWERS = ["1", "2", "3", "4", "5"].map((value) => ({ value, label: value }));
const REVIEWS: readonly Review[] = ["none", "doubtful", "all"];

/** As the name of a labeling job may be. */
const nameOf = (file: File): string => {
  const stem = file.name.replace(/\.[^.]*$/, "").replace(/[^a-zA-Z0-9]/g, "-");
  return stem.slice(0, 63).replace(/^-+|-+$/g, "") || "labels";
};

export function CreateDialog({ onClose }: { onClose: () => void }) {
  const t = useMessages(messages);
  const api = useApi();
  const { config } = useDeployment();
  const { fail } = useNotifications();
  const navigate = useNavigate();
  const [manifest, setManifest] = useState<File>();
  const [schema, setSchema] = useState(SCHEMAS[0]!);
  const [own, setOwn] = useState<File>();
  const [answers, setAnswers] = useState("1");
  const [review, setReview] = useState<Review>("none");
  const [silence, setSilence] = useState(false);
  const [busy, setBusy] = useState(false);

  async function create(lines: File) {
    setBusy(true);
    try {
      const given = schema === OWN ? (JSON.parse(await own!.text()) as Record<string, never>) : schema;
      const options = { answers: Number(answers), review, ...(silence && schema !== TEXTS ? { silence } : {}) };
      const { task_id, upload } = await answer(api.POST("/label-tasks", { body: { name: nameOf(lines), schema: given, options } }));
      await postForm(sameOrigin(upload.url, config.files), upload.fields, lines, new AbortController().signal, () => undefined);
      await answer(api.POST("/label-tasks/{task_id}/start", { params: { path: { task_id } } }));
      void navigate(`/labeling/${task_id}`);
    } catch (error) {
      fail(t.createFailed, error);
      onClose();
    }
  }

  const schemas = [...SCHEMAS, OWN].map((value) => ({ value, label: t.schemaNames[value] ?? value }));
  const reviews = REVIEWS.map((value) => ({ value, label: t.reviewNames[value] }));
  return (
    <Modal
      visible
      header={t.create}
      closeAriaLabel={t.cancel}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {t.cancel}
            </Button>
            <Button
              variant="primary"
              loading={busy}
              disabled={!manifest || (schema === OWN && !own)}
              onClick={() => manifest && void create(manifest)}
            >
              {t.create}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField label={t.manifest} constraintText={t.manifestHint}>
          <OneFile accept=".manifest,.jsonl" file={manifest} onChange={setManifest} />
        </FormField>
        <FormField label={t.schema}>
          <Select
            options={schemas}
            selectedOption={schemas.find(({ value }) => value === schema) ?? null}
            onChange={({ detail }) => setSchema(detail.selectedOption.value ?? SCHEMAS[0]!)}
          />
        </FormField>
        {schema === OWN && (
          <FormField label={t.ownSchema} constraintText={t.ownSchemaHint}>
            <OneFile accept=".json" file={own} onChange={setOwn} />
          </FormField>
        )}
        <FormField label={t.answers}>
          <Select
            options={ANSWERS}
            selectedOption={ANSWERS[Number(answers) - 1] ?? null}
            onChange={({ detail }) => setAnswers(detail.selectedOption.value ?? "1")}
          />
        </FormField>
        <FormField label={t.review}>
          <Select
            options={reviews}
            selectedOption={reviews.find(({ value }) => value === review) ?? null}
            onChange={({ detail }) => setReview((detail.selectedOption.value ?? "none") as Review)}
          />
        </FormField>
        {schema !== TEXTS && (
          <Checkbox checked={silence} onChange={({ detail }) => setSilence(detail.checked)}>
            {t.silence}
          </Checkbox>
        )}
      </SpaceBetween>
    </Modal>
  );
}

interface OneFileProps {
  accept: string;
  file: File | undefined;
  onChange: (file: File | undefined) => void;
}

function OneFile({ accept, file, onChange }: OneFileProps) {
  const t = useMessages(messages);
  return (
    <FileUpload
      accept={accept}
      value={file ? [file] : []}
      onChange={({ detail }) => onChange(detail.value[0])}
      i18nStrings={{
        uploadButtonText: () => t.chooseFile,
        dropzoneText: () => t.chooseFile,
        removeFileAriaLabel: () => t.cancel,
        limitShowFewer: "",
        limitShowMore: "",
        errorIconAriaLabel: "",
      }}
    />
  );
}
