import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "documents",
  path: "documents",
  Page: lazy(() => import("./DocumentsPage")),
  menu: { label: { en: "Documents", de: "Dokumente" }, order: 10 },
};
