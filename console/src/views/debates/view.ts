import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "debates",
  path: "debates",
  Page: lazy(() => import("./DebatesPage")),
  menu: { label: { en: "Debates", de: "Debatten" }, order: 45 },
};
