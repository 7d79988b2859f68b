import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "summaries",
  path: "summaries",
  Page: lazy(() => import("./SummariesPage")),
  menu: { label: { en: "Summaries", de: "Zusammenfassungen" }, order: 40 },
};
