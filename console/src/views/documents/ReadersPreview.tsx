import Box from "@cloudscape-design/components/box";
import type { Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useDeployment } from "../../shell/deployment";
import { Text } from "../../text/Text";
import { messages } from "./messages";

/** Who can read the document with these readers, as sentences. The rule is that of docs/glossary.md: a deny wins. */
export function ReadersPreview({ readers }: { readers: Schemas["Readers"] }) {
  const t = useMessages(messages);
  const me = useDeployment().session.user.name.toLowerCase();
  const deniedUsers = readers.denied?.users ?? [];
  const users = (readers.users ?? []).filter((name) => !deniedUsers.includes(name) && name.toLowerCase() !== me);
  const deniedGroups = readers.denied?.groups ?? [];
  const groups = (readers.groups ?? []).filter((name) => !deniedGroups.includes(name));
  const lines = [
    !deniedUsers.some((name) => name.toLowerCase() === me) && t.previewOwner,
    users.length > 0 && t.previewUsers(users.join(", ")),
    groups.length > 0 && t.previewGroups(groups.join(", ")),
    users.length + groups.length === 0 && t.previewNobody,
    deniedUsers.length > 0 && t.previewDenied(deniedUsers.join(", ")),
    deniedGroups.length > 0 && t.previewDeniedGroups(deniedGroups.join(", ")),
  ].filter((line) => line !== false);
  return (
    <section aria-label={t.preview}>
      <Box variant="h3">{t.preview}</Box>
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <Text of={line} />
          </li>
        ))}
      </ul>
      <Box color="text-body-secondary">{t.again}</Box>
    </section>
  );
}
