import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useMessages } from "../../i18n/language";
import { ConfirmDialog } from "../../lists/ConfirmDialog";
import { useLive } from "../../live/live";
import { useApi, useDeployment } from "../../shell/deployment";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { isMoving, QuestionnaireStatus } from "../questionnaires/QuestionnaireStatus";
import { ItemsReview } from "./ItemsReview";
import { messages } from "./messages";

const WHILE_MOVING = 2_000;
const AT_REST = 60_000;

/** One questionnaire: how far it is, its questions, and their review. */
export default function QuestionnairePage() {
  const t = useMessages(messages);
  const api = useApi();
  const { config } = useDeployment();
  const { notify, fail } = useNotifications();
  const navigate = useNavigate();
  const { questionnaireId = "" } = useParams();
  const [removing, setRemoving] = useState(false);
  const params = { path: { questionnaire_id: questionnaireId } };
  const load = useCallback(
    (signal: AbortSignal) => {
      const path = { questionnaire_id: questionnaireId };
      return answer(api.GET("/questionnaires/{questionnaire_id}", { params: { path }, signal }));
    },
    [api, questionnaireId],
  );
  const { value, error, reload } = useLive(load, ({ status }) => (isMoving(status) ? WHILE_MOVING : AT_REST));

  async function act(failure: string, what: () => Promise<unknown>) {
    try {
      await what();
    } catch (error) {
      fail(failure, error);
    }
    reload();
  }
  const start = () => answer(api.POST("/questionnaires/{questionnaire_id}/start", { params }));
  const stop = () => answer(api.POST("/questionnaires/{questionnaire_id}/stop", { params }));
  async function download() {
    const file = await answer(api.GET("/questionnaires/{questionnaire_id}/file", { params }));
    if (!file || !("url" in file)) return notify("info", t.notReady);
    const link = document.createElement("a");
    link.href = sameOrigin(file.url, config.files);
    link.download = file.file_name;
    link.click();
  }
  async function remove() {
    await answer(api.DELETE("/questionnaires/{questionnaire_id}", { params }));
    void navigate("/questionnaires");
  }

  if (!value) {
    return error === undefined ? (
      <StatusIndicator type="loading">{t.loading}</StatusIndicator>
    ) : (
      <Alert type="error" header={t.failed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const busy = isMoving(value.status);
  return (
    <SpaceBetween size="l">
      <Link to="/questionnaires">{t.back}</Link>
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {value.status === "ANSWERING" && value.owned && (
              <Button onClick={() => void act(t.stopFailed, stop)}>{t.stop}</Button>
            )}
            <Button iconName="download" disabled={busy} onClick={() => void act(t.downloadFailed, download)}>
              {t.download}
            </Button>
            {value.owned && (
              <Button disabled={value.status === "ANSWERING"} onClick={() => setRemoving(true)}>
                {t.remove}
              </Button>
            )}
            {value.owned && (
              <Button variant="primary" disabled={busy} onClick={() => void act(t.startFailed, start)}>
                {t.start}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        <Text of={value.file_name} />
      </Header>
      <QuestionnaireStatus of={value.status} />
      {value.error && (
        <Alert type="error" header={t.error}>
          <Text of={value.error.message} />
        </Alert>
      )}
      {value.progress && <Progress of={value.progress} />}
      {value.map && (
        <ExpandableSection headerText={t.map}>
          <Text of={`\`\`\`\n${JSON.stringify(value.map, null, 2)}\n\`\`\``} rich />
        </ExpandableSection>
      )}
      <ItemsReview questionnaireId={questionnaireId} changes={`${value.status} ${value.progress?.done ?? ""}`} />
      {removing && (
        <ConfirmDialog
          header={t.confirmRemove}
          action={t.remove}
          cancel={t.cancel}
          onConfirm={() => void act(t.removeFailed, remove)}
          onCancel={() => setRemoving(false)}
        >
          {t.removeDetail}
        </ConfirmDialog>
      )}
    </SpaceBetween>
  );
}

function Progress({ of: { done, total, failed } }: { of: NonNullable<Schemas["QuestionnaireDetails"]["progress"]> }) {
  const t = useMessages(messages);
  return (
    <ProgressBar
      label={t.progress}
      value={total ? (100 * done) / total : 0}
      additionalInfo={t.progressDetail(done, total, failed)}
    />
  );
}
