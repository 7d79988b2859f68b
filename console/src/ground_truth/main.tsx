import "@cloudscape-design/global-styles/index.css";
import "../main.css";
import Alert from "@cloudscape-design/components/alert";
import { I18nProvider } from "@cloudscape-design/components/i18n";
import english from "@cloudscape-design/components/i18n/messages/all.en";
import german from "@cloudscape-design/components/i18n/messages/all.de";
import { createRoot } from "react-dom/client";
import { browserLanguage, LanguageContext } from "../i18n/language";
import { applyPreferences } from "../shell/preferences";
import { Text } from "../text/Text";
import { type CrowdForm, FormPage } from "./FormPage";
import { readTask } from "./form_task";
import { messages } from "./messages";
import { openForm } from "./openForm";

applyPreferences();
const language = browserLanguage();
const root = createRoot(document.getElementById("root")!);

async function start() {
  const task = await readTask(document);
  const work = await openForm(task);
  const form = document.querySelector<CrowdForm>("crowd-form")!;
  root.render(
    <LanguageContext value={language}>
      <I18nProvider locale={language} messages={language === "de" ? [german, english] : [english]}>
        <FormPage task={task} work={work} form={form} />
      </I18nProvider>
    </LanguageContext>,
  );
}

start().catch((error: unknown) =>
  root.render(
    <Alert type="error" header={messages[language].openFailed}>
      <Text of={String(error)} />
    </Alert>,
  ),
);
