import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { useMessages } from "../i18n/language";
import { messages } from "./messages";

export function NotFound() {
  const t = useMessages(messages);
  const navigate = useNavigate();
  return (
    <Box textAlign="center" padding={{ vertical: "xxxl" }}>
      <SpaceBetween size="m">
        <Box variant="h1">{t.notFound}</Box>
        <Box variant="p">{t.notFoundDetail}</Box>
        <Button onClick={() => void navigate("/")}>{t.home}</Button>
      </SpaceBetween>
    </Box>
  );
}
