import { I18nProvider } from "@cloudscape-design/components/i18n";
import english from "@cloudscape-design/components/i18n/messages/all.en";
import { useEffect, useMemo, useState } from "react";
import { createBrowserRouter, Navigate } from "react-router";
import { RouterProvider } from "react-router/dom";
import { createApi } from "../api/client";
import type { Config } from "../config";
import { LanguageContext } from "../i18n/language";
import { Push } from "../live/push";
import type { Session } from "../session/session";
import { deployedViews } from "../views/registry";
import { DeploymentContext } from "./deployment";
import { Failed } from "./Failed";
import { NotFound } from "./NotFound";
import { NotificationsProvider } from "./notifications";
import { usePreferences } from "./preferences";
import { Shell } from "./Shell";

export function Console({ config, session }: { config: Config; session: Session }) {
  const { language } = usePreferences();
  const [texts, setTexts] = useState([english]);
  useEffect(() => {
    if (language === "de") {
      void import("@cloudscape-design/components/i18n/messages/all.de").then((german) => setTexts([german.default, english]));
    }
  }, [language]);

  const deployment = useMemo(() => {
    const connect = (token: string) => new WebSocket(config.socketUrl, ["docent", token]);
    const push = config.socketUrl ? new Push(connect, () => session.token) : undefined;
    return { api: createApi(session), config, session, push, views: deployedViews(config, session.user.groups) };
  }, [config, session]);
  const router = useMemo(() => {
    const home = deployment.views.find((view) => view.menu)?.path;
    return createBrowserRouter([
      {
        Component: Shell,
        ErrorBoundary: Failed,
        children: [
          ...(home ? [{ index: true, element: <Navigate to={`/${home}`} replace /> }] : []),
          ...deployment.views.map(({ path, Page }) => ({ path, Component: Page, ErrorBoundary: Failed })),
          { path: "*", Component: NotFound },
        ],
      },
    ]);
  }, [deployment]);

  return (
    <DeploymentContext value={deployment}>
      <LanguageContext value={language}>
        <I18nProvider locale={language} messages={texts}>
          <NotificationsProvider>
            <RouterProvider router={router} />
          </NotificationsProvider>
        </I18nProvider>
      </LanguageContext>
    </DeploymentContext>
  );
}
