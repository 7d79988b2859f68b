import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { announced, postForm } from "../../api/upload_forms";
import { useFormats, useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNarrow } from "../../shell/narrow";
import { ErrorText, useNotifications } from "../../shell/notifications";
import { shown } from "../../text/plain";
import { Text } from "../../text/Text";
import { messages } from "./messages";
import { isMoving, QuestionnaireStatus } from "./QuestionnaireStatus";

type Questionnaire = Schemas["Questionnaire"];

const PAGE = 50;
const WHILE_MOVING = 3_000;
const AT_REST = 30_000;
const ACCEPTED = ".xlsx,.xlsm,.csv,.docx,.json,.txt,.md";

export default function QuestionnairesPage() {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const api = useApi();
  const { config } = useDeployment();
  const { fail } = useNotifications();
  const navigate = useNavigate();
  const columns = useColumns();
  const [pages, setPages] = useState(1);
  const [busy, setBusy] = useState(false);
  const choose = useRef<HTMLInputElement>(null);

  const load = useCallback(
    async (signal: AbortSignal) => {
      const found: Questionnaire[] = [];
      let next: string | undefined;
      for (let page = 0; page < pages && (page === 0 || next); page += 1) {
        const query = { limit: PAGE, next };
        const list = await answer(api.GET("/questionnaires", { params: { query }, signal }));
        found.push(...list.questionnaires);
        next = list.next;
      }
      return { found, next };
    },
    [api, pages],
  );
  const { value, error, loading } = useLive(
    load,
    ({ found }) => (found.some((each) => isMoving(each.status)) ? WHILE_MOVING : AT_REST),
    "questionnaire",
  );

  async function upload(file: File) {
    setBusy(true);
    try {
      const made = await answer(api.POST("/questionnaires", { body: { ...(await announced(file)), overwrite: false, answer: "when_started" } }));
      const address = sameOrigin(made.upload.url, config.files);
      await postForm(address, made.upload.fields, file, new AbortController().signal, () => {});
      void navigate(`/questionnaires/${made.questionnaire_id}`);
    } catch (error) {
      fail(t.uploadFailed(shown(file.name)), error);
    }
    setBusy(false);
  }

  const button = (variant: "primary" | "normal") => (
    <Button variant={variant} iconName="upload" loading={busy} onClick={() => choose.current?.click()}>
      {t.upload}
    </Button>
  );
  return (
    <SpaceBetween size="l">
      <input
        ref={choose}
        type="file"
        accept={ACCEPTED}
        hidden
        aria-label={t.upload}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void upload(file);
          event.target.value = "";
        }}
      />
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      <Table
        variant={narrow ? "borderless" : "container"}
        wrapLines
        trackBy="questionnaire_id"
        items={value?.found ?? []}
        loading={loading}
        loadingText={t.loading}
        columnDefinitions={narrow ? columns.slice(0, 2) : columns}
        ariaLabels={{ tableLabel: t.title }}
        header={
          <Header variant="h1" description={narrow ? undefined : t.description} actions={button("primary")}>
            {t.title}
          </Header>
        }
        footer={value?.next && <Button onClick={() => setPages(pages + 1)}>{t.more}</Button>}
        empty={
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box variant="h2">{t.none}</Box>
              <Box color="text-body-secondary">{t.noneDetail}</Box>
              {button("normal")}
            </SpaceBetween>
          </Box>
        }
      />
    </SpaceBetween>
  );
}

function useColumns(): TableProps.ColumnDefinition<Questionnaire>[] {
  const t = useMessages(messages);
  const { number, time } = useFormats();
  const count = (value?: number) => (value === undefined ? "–" : number(value));
  return [
    {
      id: "name",
      header: t.name,
      isRowHeader: true,
      minWidth: 120,
      cell: ({ questionnaire_id, file_name }) => (
        <Link to={`/questionnaires/${questionnaire_id}`}>
          <Text of={file_name} />
        </Link>
      ),
    },
    { id: "status", header: t.status, minWidth: 150, cell: ({ status }) => <QuestionnaireStatus of={status} /> },
    { id: "questions", header: t.questions, minWidth: 90, cell: (each) => count(each.question_count) },
    { id: "answered", header: t.answered, minWidth: 90, cell: (each) => count(each.counts?.answered) },
    { id: "review", header: t.toReview, minWidth: 90, cell: (each) => count(each.counts?.needs_review) },
    { id: "changed", header: t.changed, minWidth: 160, cell: (each) => <Text of={time(each.updated_at)} /> },
  ];
}
