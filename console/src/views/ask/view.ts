import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "answers",
  path: "ask",
  Page: lazy(() => import("./AskPage")),
  menu: { label: { en: "Ask", de: "Fragen" }, order: 20 },
};
