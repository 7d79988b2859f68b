import type { ComponentType, LazyExoticComponent } from "react";
import type { Config } from "../config";
import type { Messages } from "../i18n/language";

/** What a view declares in the file `view.ts` of its folder. */
export interface View {
  /** The view is shown when this capability is deployed, a folder of `functions/`. */
  capability: string;
  /** To whom and where it is shown, if not to everybody. The API refuses others whatever the page shows. */
  shownTo?: (groups: readonly string[], config: Config) => boolean;
  /** Its place below the origin, such as `documents` or `documents/:documentId`. */
  path: string;
  /** The page, loaded when it is opened. */
  Page: LazyExoticComponent<ComponentType>;
  /** Its entry in the navigation; a view without one is reached from others. `order` sorts the entries. */
  menu?: { label: Messages<string>; order: number };
}
