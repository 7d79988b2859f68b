import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useEffect, useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { ErrorText } from "../../shell/notifications";
import { Text } from "../../text/Text";
import { messages } from "./messages";

type Details = Schemas["SubscriptionDetails"];

/** Why a request was decided as it was: the policies, the facts they read, and what would decide otherwise. */
export function ExplanationDialog({ subscriptionId, onClose }: { subscriptionId: string; onClose: () => void }) {
  const t = useMessages(messages);
  const api = useApi();
  const [details, setDetails] = useState<Details>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const params = { path: { subscription_id: subscriptionId } };
    answer(api.GET("/subscriptions/{subscription_id}", { params })).then(setDetails, setError);
  }, [api, subscriptionId]);
  return (
    <Modal
      visible
      size="large"
      header={t.explanation}
      closeAriaLabel={t.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button onClick={onClose}>{t.close}</Button>
        </Box>
      }
    >
      {error !== undefined && (
        <Alert type="error" header={t.listFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {!details && error === undefined && <Spinner />}
      {details && <Explanation of={details} />}
    </Modal>
  );
}

function Explanation({ of: { explanation, approvals, needed } }: { of: Details }) {
  const t = useMessages(messages);
  const missing = needed.filter((role) => !approvals.some((each) => each.role === role));
  const policies = explanation.allowed ? t.allows : t.allowsNot;
  return (
    <SpaceBetween size="m">
      {missing.length > 0 && <Box>{t.needs(missing.map((role) => t.roles[role]).join(t.and))}</Box>}
      {approvals.length > 0 && (
        <KeyValuePairs
          items={approvals.map(({ role, user }) => ({ label: `${t.approvals} (${t.roles[role]})`, value: <Text of={user} /> }))}
        />
      )}
      <Box variant="h3">{explanation.policies.length > 0 ? policies : t.noPolicy}</Box>
      {explanation.policies.map(({ id, text }) => (
        <Box key={id} variant="pre">
          <Text of={text} />
        </Box>
      ))}
      <Box variant="h3">{t.facts}</Box>
      <KeyValuePairs columns={2} items={explanation.facts.map(({ name, value }) => ({ label: name, value: <Text of={value} /> }))} />
      {explanation.otherwise.length > 0 && (
        <>
          <Box variant="h3">{t.otherwise}</Box>
          <ul>
            {explanation.otherwise.map((changes) => (
              <li key={changes.join()}>
                <Text of={changes.join(t.and)} />
              </li>
            ))}
          </ul>
        </>
      )}
    </SpaceBetween>
  );
}
