import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";
import { browserLanguage, type Language } from "../i18n/language";

export interface Preferences {
  theme: "system" | "light" | "dark";
  compact: boolean;
  language: Language;
}

const KEY = "docent-preferences";
const dark = window.matchMedia?.("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let current: Preferences = { theme: "system", compact: false, language: browserLanguage(), ...stored() };

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(window.localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

export function applyPreferences() {
  const isDark = current.theme === "dark" || (current.theme === "system" && !!dark?.matches);
  applyMode(isDark ? Mode.Dark : Mode.Light);
  applyDensity(current.compact ? Density.Compact : Density.Comfortable);
  document.documentElement.lang = current.language;
}

export function setPreferences(changes: Partial<Preferences>) {
  current = { ...current, ...changes };
  window.localStorage.setItem(KEY, JSON.stringify(current));
  applyPreferences();
  listeners.forEach((listener) => listener());
}

export const preferences = () => current;

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    preferences,
  );
}

dark?.addEventListener("change", applyPreferences);
