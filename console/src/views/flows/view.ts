import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "flows",
  path: "flows",
  Page: lazy(() => import("./FlowsPage")),
  menu: { label: { en: "Flows", de: "Abläufe" }, order: 47 },
};
