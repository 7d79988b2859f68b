import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "questionnaires",
  path: "questionnaires",
  Page: lazy(() => import("./QuestionnairesPage")),
  menu: { label: { en: "Questionnaires", de: "Fragebögen" }, order: 30 },
};
