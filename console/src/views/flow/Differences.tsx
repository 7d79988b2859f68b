import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { textOf } from "../../flow_runs/documents";
import { useMessages } from "../../i18n/language";
import { useLive } from "../../live/live";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import styles from "./Flow.module.css";
import { messages } from "./messages";

type Difference = Schemas["FlowDifference"];

const FILE = "file";
const AT_REST = 60_000;

/** What two versions, or a version and the file in the editor, mean differently. */
export function Differences({ flow }: { flow: Schemas["FlowDetails"] }) {
  const t = useMessages(messages);
  const api = useApi();
  const [before, setBefore] = useState(flow.version);
  const [after, setAfter] = useState(FILE);
  const load = useCallback(
    (signal: AbortSignal) =>
      answer(api.GET("/flows/{flow}/differences", { params: { path: { flow: flow.name }, query: { before, after } }, signal })),
    [api, flow.name, before, after],
  );
  const { value, error } = useLive(load, () => AT_REST);
  const told = value?.differences;
  const options = [...flow.versions.map(({ version }) => ({ value: version, label: t.versionOf(version) })), { value: FILE, label: t.savedFile }];
  const sides = [
    [t.before, before, setBefore],
    [t.after, after, setAfter],
  ] as const;
  return (
    <section aria-label={t.differences}>
      <SpaceBetween size="s">
        <Header variant="h2" description={t.differencesHint}>
          {t.differences}
        </Header>
        <SpaceBetween direction="horizontal" size="m">
          {sides.map(([label, chosen, choose]) => (
            <FormField key={label} label={label}>
              <Select
                options={options}
                selectedOption={options.find((each) => each.value === chosen) ?? { value: chosen, label: t.versionOf(chosen) }}
                onChange={({ detail }) => choose(detail.selectedOption.value ?? chosen)}
              />
            </FormField>
          ))}
        </SpaceBetween>
        <div role="status">
          {error !== undefined ? (
            <Alert type="error" header={t.differencesFailed}>
              <ErrorText error={error} />
            </Alert>
          ) : told === undefined ? (
            <StatusIndicator type="loading">{t.loading}</StatusIndicator>
          ) : (
            told.length === 0 && <StatusIndicator type="success">{t.sameMeaning}</StatusIndicator>
          )}
        </div>
        {told !== undefined && (
          <ul className={styles.differences}>
            {told.map((each, index) => (
              <li key={index}>
                <Told difference={each} />
              </li>
            ))}
          </ul>
        )}
      </SpaceBetween>
    </section>
  );
}

function Told({ difference: { change, what, where, name, before, after, lines } }: { difference: Difference }) {
  const t = useMessages(messages);
  const values = [before, after].filter((each) => each !== undefined);
  return (
    <>
      <strong>
        <Text of={where} />
      </strong>{" "}
      {t.whats[what]} {name && <Text of={name} />} {t.changes[change]}
      {values.length > 0 && (
        <Box fontSize="body-s">
          <Text of={values.map(textOf).join(" → ")} />
        </Box>
      )}
      {lines && (
        <pre tabIndex={0} aria-label={t.changedLines}>
          {lines.map((line, index) => (
            <div key={index} data-side={line[0]}>
              <Text of={line} />
            </div>
          ))}
        </pre>
      )}
    </>
  );
}
