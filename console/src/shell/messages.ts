import type { Messages } from "../i18n/language";

interface ShellMessages {
  navigation: string;
  openNavigation: string;
  closeNavigation: string;
  notifications: string;
  skip: string;
  preferences: string;
  theme: string;
  themes: { system: string; light: string; dark: string };
  density: string;
  densities: { comfortable: string; compact: string };
  language: string;
  signOut: string;
  offline: string;
  offlineDetail: string;
  notFound: string;
  notFoundDetail: string;
  home: string;
  failed: string;
  failedDetail: string;
  reload: string;
  loading: string;
  dismiss: string;
  request: (id: string) => string;
  noViews: string;
}

export const messages: Messages<ShellMessages> = {
  en: {
    navigation: "Navigation",
    openNavigation: "Open navigation",
    closeNavigation: "Close navigation",
    notifications: "Notifications",
    skip: "Skip to the content",
    preferences: "Preferences",
    theme: "Theme",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    density: "Density",
    densities: { comfortable: "Comfortable", compact: "Compact" },
    language: "Language",
    signOut: "Sign out",
    offline: "You are offline",
    offlineDetail: "What you see may be out of date. Everything goes on when the network is back.",
    notFound: "There is no such page",
    notFoundDetail: "The address is wrong, or what it shows is not deployed here.",
    home: "Go to the first page",
    failed: "This page has failed",
    failedDetail: "Load it again. If it fails again, tell the operator of this console what stands here:",
    reload: "Load again",
    loading: "Loading",
    dismiss: "Dismiss",
    request: (id) => `Request ${id}`,
    noViews: "No capability with a view is deployed.",
  },
  de: {
    navigation: "Navigation",
    openNavigation: "Navigation öffnen",
    closeNavigation: "Navigation schließen",
    notifications: "Meldungen",
    skip: "Zum Inhalt springen",
    preferences: "Einstellungen",
    theme: "Farben",
    themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
    density: "Dichte",
    densities: { comfortable: "Großzügig", compact: "Kompakt" },
    language: "Sprache",
    signOut: "Abmelden",
    offline: "Keine Verbindung",
    offlineDetail: "Was Sie sehen, ist vielleicht nicht mehr aktuell. Sobald das Netz wieder da ist, geht alles weiter.",
    notFound: "Diese Seite gibt es nicht",
    notFoundDetail: "Die Adresse ist falsch, oder was sie zeigt, ist hier nicht installiert.",
    home: "Zur ersten Seite",
    failed: "Diese Seite ist fehlgeschlagen",
    failedDetail: "Laden Sie sie neu. Hilft das nicht, nennen Sie dem Betreiber dieser Konsole, was hier steht:",
    reload: "Neu laden",
    loading: "Wird geladen",
    dismiss: "Schließen",
    request: (id) => `Anfrage ${id}`,
    noViews: "Keine Funktion mit einer Ansicht ist installiert.",
  },
};
