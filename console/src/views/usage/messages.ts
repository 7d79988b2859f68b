import type { Messages } from "../../i18n/language";

interface UsageMessages {
  title: string;
  description: string;
  days: (count: number) => string;
  period: string;
  failed: string;
  loading: string;
  none: string;
  noneDetail: string;
  cost: string;
  calls: string;
  input: string;
  output: string;
  total: string;
  perDay: string;
  measure: string;
  day: string;
  capability: string;
  capabilities: Record<string, string>;
  document: string;
  unnamed: string;
  user: string;
  table: string;
  budget: string;
  budgetOf: (used: string, limit: string, month: string) => string;
  budgetWarning: string;
  budgetUsedUp: string;
  interventions: string;
  failures: string;
  kind: string;
  error: string;
  count: string;
}

export const messages: Messages<UsageMessages> = {
  en: {
    title: "Usage",
    description: "What the models were asked for, and what it cost in US dollars.",
    days: (count) => `Last ${count} days`,
    period: "Period",
    failed: "The usage could not be loaded",
    loading: "Loading",
    none: "Nothing was used in these days",
    noneDetail: "Upload a document or ask a question. What it costs is shown here.",
    cost: "Cost",
    calls: "Calls",
    input: "Input tokens",
    output: "Output tokens",
    total: "Total",
    perDay: "By day",
    measure: "Shown in the chart",
    day: "Day",
    capability: "Capability",
    capabilities: {
      answers: "Questions",
      chat: "Chat",
      documents: "Documents",
      ingest: "Documents",
      questionnaires: "Questionnaires",
      summaries: "Summaries",
    },
    document: "Document",
    unnamed: "A document that you cannot read",
    user: "User",
    table: "As a table",
    budget: "Budget of the month",
    budgetOf: (used, limit, month) => `${used} of ${limit} in ${month}`,
    budgetWarning: "More than 80 % of the budget is used.",
    budgetUsedUp: "The budget is used up. Models are not called until next month, or until an operator raises it.",
    interventions: "What guardrails masked, blocked or withheld",
    failures: "Executions that failed",
    kind: "Type",
    error: "Error",
    count: "Count",
  },
  de: {
    title: "Verbrauch",
    description: "Wofür Modelle gefragt wurden, und was es in US-Dollar gekostet hat.",
    days: (count) => `Letzte ${count} Tage`,
    period: "Zeitraum",
    failed: "Der Verbrauch konnte nicht geladen werden",
    loading: "Wird geladen",
    none: "In diesen Tagen wurde nichts verbraucht",
    noneDetail: "Laden Sie ein Dokument hoch oder stellen Sie eine Frage. Hier steht dann, was es kostet.",
    cost: "Kosten",
    calls: "Aufrufe",
    input: "Eingabe-Tokens",
    output: "Ausgabe-Tokens",
    total: "Summe",
    perDay: "Nach Tag",
    measure: "Im Diagramm gezeigt",
    day: "Tag",
    capability: "Funktion",
    capabilities: {
      answers: "Fragen",
      chat: "Chat",
      documents: "Dokumente",
      ingest: "Dokumente",
      questionnaires: "Fragebögen",
      summaries: "Zusammenfassungen",
    },
    document: "Dokument",
    unnamed: "Ein Dokument, das Sie nicht lesen dürfen",
    user: "Benutzer",
    table: "Als Tabelle",
    budget: "Budget des Monats",
    budgetOf: (used, limit, month) => `${used} von ${limit} im Monat ${month}`,
    budgetWarning: "Mehr als 80 % des Budgets sind verbraucht.",
    budgetUsedUp:
      "Das Budget ist verbraucht. Bis zum nächsten Monat, oder bis es erhöht wird, werden keine Modelle aufgerufen.",
    interventions: "Was Guardrails maskiert, abgewiesen oder zurückgehalten haben",
    failures: "Fehlgeschlagene Ausführungen",
    kind: "Art",
    error: "Fehler",
    count: "Anzahl",
  },
};
