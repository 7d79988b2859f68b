import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import type { TaskSchema } from "../labeling_item/task_schema";
import { ItemReview } from "./ItemReview";
import { messages } from "./messages";
import { TextReview } from "./TextReview";

interface Loaded {
  item: Schemas["LabelItem"];
  schema: TaskSchema;
}

/** The answers of one item, for who reviews them. */
export default function ReviewPage() {
  const { taskId = "", number = "" } = useParams();
  const t = useMessages(messages);
  const api = useApi();
  const navigate = useNavigate();
  const { number: decimal } = useFormats();
  const [{ loaded, error }, setState] = useState<{ loaded?: Loaded; error?: unknown }>({});
  const load = useCallback(async () => {
    const params = { path: { task_id: taskId, number } };
    const [task, item] = await Promise.all([
      answer(api.GET("/label-tasks/{task_id}", { params: { path: { task_id: taskId } } })),
      answer(api.GET("/label-tasks/{task_id}/items/{number}", { params })),
    ]);
    return { item, schema: task.schema as unknown as TaskSchema };
  }, [api, taskId, number]);
  useEffect(() => {
    let gone = false;
    load().then(
      (found) => gone || setState({ loaded: found }),
      (failure: unknown) => gone || setState({ error: failure }),
    );
    return () => {
      gone = true;
    };
  }, [load]);

  if (!loaded) {
    return error === undefined ? (
      <Box textAlign="center" padding="xxl">
        <StatusIndicator type="loading">{t.loading}</StatusIndicator>
      </Box>
    ) : (
      <Alert type="error" header={t.loadFailed}>
        <ErrorText error={error} />
      </Alert>
    );
  }
  const { item, schema } = loaded;
  const reviewing = { item, schema, onReviewed: (reviewed: Loaded["item"]) => setState({ loaded: { schema, item: { ...item, ...reviewed } } }) };
  return (
    <SpaceBetween size="m">
      <Header variant="h1" actions={<Button onClick={() => void navigate(`/labeling/${taskId}`)}>{t.toTask}</Button>}>
        {t.title(number)}
      </Header>
      {item.failure && <Alert type="error">{item.failure}</Alert>}
      {!item.answers && <Alert type="info">{t.ownFirst}</Alert>}
      {item.answers?.length === 0 && <Box color="text-body-secondary">{t.noAnswers}</Box>}
      {typeof item.agreement === "number" && <div>{t.agreement(decimal(Math.round(item.agreement * 1000) / 1000))}</div>}
      {item.answers && item.answers.length > 0 && item.media && <ItemReview {...reviewing} media={item.media} answers={item.answers} />}
      {item.answers && item.answers.length > 0 && item.text && <TextReview {...reviewing} answers={item.answers} />}
    </SpaceBetween>
  );
}
