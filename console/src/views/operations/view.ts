import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "operations",
  forOperators: true,
  path: "operations",
  Page: lazy(() => import("./OperationsPage")),
  menu: { label: { en: "Operations", de: "Betrieb" }, order: 90 },
};
