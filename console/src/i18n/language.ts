import { createContext, useContext } from "react";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;
/** The same messages in each language; a message with values is a function. */
export type Messages<M> = Record<Language, M>;

export const LanguageContext = createContext<Language>("en");
export const useLanguage = () => useContext(LanguageContext);

export function useMessages<M>(messages: Messages<M>): M {
  return messages[useLanguage()];
}

export function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

/** Dates, numbers and sizes as the user's language writes them. */
export function useFormats() {
  const language = useLanguage();
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const number = new Intl.NumberFormat(language);
  const megabytes = new Intl.NumberFormat(language, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
  const kilobytes = new Intl.NumberFormat(language, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
  return {
    time: (iso: string) => (Number.isNaN(Date.parse(iso)) ? iso : time.format(new Date(iso))),
    number: (value: number) => number.format(value),
    size: (bytes: number) => (bytes < 1e6 ? kilobytes.format(Math.ceil(bytes / 1e3)) : megabytes.format(bytes / 1e6)),
  };
}
