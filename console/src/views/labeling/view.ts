import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "labeling",
  path: "labeling",
  Page: lazy(() => import("./TasksPage")),
  menu: { label: { en: "Labeling", de: "Beschriften" }, order: 50 },
};
