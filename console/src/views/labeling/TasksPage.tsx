import Button from "@cloudscape-design/components/button";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { ListPage } from "../../lists/ListPage";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { Text } from "../../text/Text";
import { CreateDialog } from "./CreateDialog";
import { messages } from "./messages";
import { isMoving, TaskStatus } from "./TaskStatus";

type Task = Schemas["LabelTask"];

const PAGE = 50;
const [WHILE_MOVING, AT_REST] = [5_000, 60_000];

/** The tasks that the user owns, reviews or annotates. */
export default function TasksPage() {
  const t = useMessages(messages);
  const api = useApi();
  const columns = useColumns();
  const ask = useCallback(
    async (next: string | undefined, signal: AbortSignal) => {
      const list = await answer(api.GET("/label-tasks", { params: { query: { limit: PAGE, next } }, signal }));
      return { items: list.tasks, ...(list.next ? { next: list.next } : {}) };
    },
    [api],
  );
  const list = useLivePages(ask, (tasks) => (tasks.some(({ status }) => isMoving(status)) ? WHILE_MOVING : AT_REST));
  const [creating, setCreating] = useState(false);
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {t.create}
    </Button>
  );
  return (
    <>
      <ListPage t={t} list={list} columns={columns} trackBy="task_id" actions={create} empty={<Text of={t.noneDetail} rich />} />
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function useColumns(): TableProps.ColumnDefinition<Task>[] {
  const t = useMessages(messages);
  const { number, time } = useFormats();
  return [
    {
      id: "name",
      header: t.name,
      isRowHeader: true,
      minWidth: 140,
      cell: ({ task_id, name }) => (
        <Link to={`/labeling/${task_id}`}>
          <Text of={name} />
        </Link>
      ),
    },
    { id: "status", header: t.status, minWidth: 150, cell: ({ status }) => <TaskStatus of={status} /> },
    {
      id: "progress",
      header: t.done,
      minWidth: 120,
      cell: ({ progress }) => (progress ? t.doneOf(number(progress.done), number(progress.items)) : "–"),
    },
    { id: "roles", header: t.roles, minWidth: 140, cell: ({ roles }) => roles.map((role) => t.roleNames[role]).join(", ") },
    { id: "changed", header: t.changed, minWidth: 160, cell: ({ updated_at }) => <Text of={time(updated_at)} /> },
  ];
}
