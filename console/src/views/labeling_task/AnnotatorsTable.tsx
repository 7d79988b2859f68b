import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import type { Schemas } from "../../api/client";
import { useFormats, useMessages } from "../../i18n/language";
import { useNarrow } from "../../shell/narrow";
import { Text } from "../../text/Text";
import { messages } from "./messages";

type Annotators = NonNullable<Schemas["LabelTaskDetails"]["annotators"]>;

/** What each person did, and how often they find the segments of known answers. */
export function AnnotatorsTable({ annotators }: { annotators: Annotators }) {
  const t = useMessages(messages);
  const narrow = useNarrow();
  const { number } = useFormats();
  const share = (value: number | null | undefined) => (value === null || value === undefined ? "–" : `${number(Math.round(value * 100))} %`);
  return (
    <Table
      variant={narrow ? "borderless" : "container"}
      items={annotators}
      trackBy="annotator"
      wrapLines
      ariaLabels={{ tableLabel: t.annotators }}
      header={
        <Header variant="h2" description={narrow ? undefined : t.annotatorsDetail}>
          {t.annotators}
        </Header>
      }
      empty={t.noAnswers}
      columnDefinitions={[
        { id: "annotator", header: t.annotator, isRowHeader: true, cell: ({ annotator }) => <Text of={annotator} /> },
        { id: "answers", header: t.answers, cell: ({ answers }) => number(answers) },
        { id: "accepted", header: t.accepted, cell: ({ accepted }) => number(accepted) },
        { id: "rejected", header: t.rejected, cell: ({ rejected }) => number(rejected) },
        { id: "known", header: t.known, cell: ({ known_items }) => number(known_items ?? 0) },
        { id: "precision", header: t.precision, cell: ({ precision }) => share(precision) },
        { id: "recall", header: t.recall, cell: ({ recall }) => share(recall) },
      ]}
    />
  );
}
