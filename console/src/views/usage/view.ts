import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "usage",
  path: "usage",
  Page: lazy(() => import("./UsagePage")),
  menu: { label: { en: "Usage", de: "Verbrauch" }, order: 80 },
};
