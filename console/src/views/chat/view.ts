import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "chat",
  // Without Amazon Q Business, chat is what the view Ask does better.
  shownTo: (_, { chatSignIn }) => chatSignIn !== "",
  path: "chat",
  Page: lazy(() => import("./ChatPage")),
  menu: { label: { en: "Chat", de: "Chat" }, order: 25 },
};
