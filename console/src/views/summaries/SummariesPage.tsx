import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { ListPage } from "../../lists/ListPage";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { Text } from "../../text/Text";
import { isMoving, JobStatus } from "./JobStatus";
import { messages } from "./messages";

type Job = Schemas["Job"];

const PAGE = 50;
const WHILE_MOVING = 5_000;
const AT_REST = 60_000;

export default function SummariesPage() {
  const t = useMessages(messages);
  const api = useApi();
  const ask = useCallback(
    async (next: string | undefined, signal: AbortSignal) => {
      const list = await answer(api.GET("/summaries", { params: { query: { limit: PAGE, next } }, signal }));
      return { items: list.jobs, next: list.next };
    },
    [api],
  );
  const list = useLivePages(
    ask,
    (jobs) => (jobs.some((each) => isMoving(each.status)) ? WHILE_MOVING : AT_REST),
    "summary",
  );
  return <ListPage t={t} list={list} columns={useColumns()} trackBy="job_id" empty={<Text of={t.noneDetail} rich />} />;
}

function useColumns(): TableProps.ColumnDefinition<Job>[] {
  const t = useMessages(messages);
  const { number, time } = useFormats();
  return [
    {
      id: "name",
      header: t.name,
      isRowHeader: true,
      minWidth: 120,
      cell: ({ job_id, name }) => (
        <Link to={`/summaries/${job_id}`}>
          <Text of={name} />
        </Link>
      ),
    },
    { id: "status", header: t.status, minWidth: 150, cell: ({ status }) => <JobStatus of={status} /> },
    {
      id: "transcripts",
      header: t.transcripts,
      minWidth: 90,
      cell: ({ counts }) => (counts ? number(Object.values(counts).reduce((sum, each) => sum + each, 0)) : "–"),
    },
    { id: "changed", header: t.changed, minWidth: 160, cell: (job) => <Text of={time(job.updated_at)} /> },
  ];
}
