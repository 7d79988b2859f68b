import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "documents",
  path: "documents/:documentId",
  Page: lazy(() => import("./DocumentPage")),
};
