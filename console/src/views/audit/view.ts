import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "governance",
  shownTo: (groups, { operatorsGroup, stewardsGroup }) => groups.includes(operatorsGroup) || groups.includes(stewardsGroup),
  path: "audit",
  Page: lazy(() => import("./AuditPage")),
  menu: { label: { en: "Log of decisions", de: "Protokoll der Entscheidungen" }, order: 52 },
};
