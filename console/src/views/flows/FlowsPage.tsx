import { useCallback } from "react";
import { Link } from "react-router";
import { answer, type Schemas } from "../../api/client";
import { placeOfFlow } from "../../flow_runs/places";
import { useMessages } from "../../i18n/language";
import { ListPage } from "../../lists/ListPage";
import { useLivePages } from "../../live/pages";
import { useApi } from "../../shell/deployment";
import { Text } from "../../text/Text";
import { messages } from "./messages";

const PAUSE = 60_000;

/** The flows that are deployed. */
export default function FlowsPage() {
  const t = useMessages(messages);
  const api = useApi();
  const ask = useCallback(
    async (_: string | undefined, signal: AbortSignal) => ({ items: (await answer(api.GET("/flows", { signal }))).flows }),
    [api],
  );
  const list = useLivePages<Schemas["Flow"]>(ask, () => PAUSE);
  return (
    <ListPage
      t={t}
      list={list}
      trackBy="name"
      columns={[
        {
          id: "name",
          header: t.name,
          isRowHeader: true,
          minWidth: 160,
          cell: ({ name }) => (
            <Link to={placeOfFlow(name)}>
              <Text of={name} />
            </Link>
          ),
        },
        { id: "version", header: t.version, minWidth: 120, cell: ({ version }) => <Text of={version} /> },
      ]}
      empty={<Text of={t.noneDetail} rich />}
    />
  );
}
