import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "governance",
  path: "access",
  Page: lazy(() => import("./AccessPage")),
  menu: { label: { en: "Access", de: "Zugriff" }, order: 51 },
};
