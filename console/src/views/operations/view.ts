import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "operations",
  shownTo: (groups, { operatorsGroup }) => groups.includes(operatorsGroup),
  path: "operations",
  Page: lazy(() => import("./OperationsPage")),
  menu: { label: { en: "Operations", de: "Betrieb" }, order: 90 },
};
