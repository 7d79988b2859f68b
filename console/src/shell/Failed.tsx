import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useRouteError } from "react-router";
import { useMessages } from "../i18n/language";
import { messages } from "./messages";
import { ErrorText } from "./notifications";

/** Stands in for a view that has thrown an error. */
export function Failed() {
  const t = useMessages(messages);
  const error = useRouteError();
  return (
    <Alert
      type="error"
      header={t.failed}
      action={<Button onClick={() => window.location.reload()}>{t.reload}</Button>}
    >
      {t.failedDetail} <ErrorText error={error} />
    </Alert>
  );
}
