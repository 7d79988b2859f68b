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

/** Dates, durations, numbers, sizes and money as the user's language writes them. */
export function useFormats() {
  const language = useLanguage();
  return (made[language] ??= formatsOf(language));
}

const made: Partial<Record<Language, ReturnType<typeof formatsOf>>> = {};

function formatsOf(language: Language) {
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const number = new Intl.NumberFormat(language);
  const dollars = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 4 });
  const unit = (name: string, digits = 0) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });
  const [megabytes, kilobytes] = [unit("megabyte", 1), unit("kilobyte")];
  const [hours, minutes, seconds, tenths, milliseconds] = [unit("hour"), unit("minute"), unit("second"), unit("second", 1), unit("millisecond")];

  function duration(ms: number): string {
    if (ms < 1000) return milliseconds.format(Math.round(ms));
    if (ms < 60_000) return tenths.format(ms / 1000);
    const whole = Math.round(ms / 1000);
    const parts = [
      whole >= 3600 && hours.format(Math.floor(whole / 3600)),
      whole % 3600 >= 60 && minutes.format(Math.floor((whole % 3600) / 60)),
      whole % 60 > 0 && whole < 3600 && seconds.format(whole % 60),
    ];
    return parts.filter(Boolean).join(" ");
  }

  return {
    time: (iso: string) => (Number.isNaN(Date.parse(iso)) ? iso : time.format(new Date(iso))),
    duration,
    number: (value: number) => number.format(value),
    dollars: (value: number) => dollars.format(value),
    size: (bytes: number) => (bytes < 1e6 ? kilobytes.format(Math.ceil(bytes / 1e3)) : megabytes.format(bytes / 1e6)),
  };
}
