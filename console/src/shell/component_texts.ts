import type { I18nProviderProps } from "@cloudscape-design/components/i18n";
import type { Language } from "../i18n/language";

export type Texts = readonly I18nProviderProps.Messages[];

const english = () => import("@cloudscape-design/components/i18n/messages/all.en");
const german = () => import("@cloudscape-design/components/i18n/messages/all.de");

/** What the components themselves say, mostly to screen readers. Without it, they go without. */
export async function componentTexts(language: Language): Promise<Texts> {
  try {
    return (await Promise.all([...(language === "de" ? [german()] : []), english()])).map((found) => found.default);
  } catch {
    return [];
  }
}
