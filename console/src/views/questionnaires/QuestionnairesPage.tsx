import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { announced, postForm } from "../../api/upload_forms";
import { useFormats, useMessages } from "../../i18n/language";
import { ListPage } from "../../lists/ListPage";
import { useLivePages } from "../../live/pages";
import { useApi, useDeployment } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
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
  const api = useApi();
  const { config } = useDeployment();
  const { fail } = useNotifications();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const choose = useRef<HTMLInputElement>(null);

  const ask = useCallback(
    async (next: string | undefined, signal: AbortSignal) => {
      const list = await answer(api.GET("/questionnaires", { params: { query: { limit: PAGE, next } }, signal }));
      return { items: list.questionnaires, next: list.next };
    },
    [api],
  );
  const list = useLivePages(
    ask,
    (found) => (found.some((each) => isMoving(each.status)) ? WHILE_MOVING : AT_REST),
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
    <>
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
      <ListPage
        t={t}
        list={list}
        columns={useColumns()}
        trackBy="questionnaire_id"
        actions={button("primary")}
        empty={
          <>
            <Box color="text-body-secondary">{t.noneDetail}</Box>
            {button("normal")}
          </>
        }
      />
    </>
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
