import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "questionnaires",
  path: "questionnaires/:questionnaireId",
  Page: lazy(() => import("./QuestionnairePage")),
};
