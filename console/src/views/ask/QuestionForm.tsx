import PromptInput from "@cloudscape-design/components/prompt-input";
import { useMessages } from "../../i18n/language";
import { messages } from "./messages";

const LONGEST = 2000;

interface Props {
  draft: string;
  onType: (text: string) => void;
  onAsk: (question: string) => void;
  busy: boolean;
}

export function QuestionForm({ draft, onType, onAsk, busy }: Props) {
  const t = useMessages(messages);
  const wrong = !draft.trim() || draft.length > LONGEST;
  return (
    <PromptInput
      value={draft}
      ariaLabel={t.question}
      placeholder={t.placeholder}
      actionButtonIconName="send"
      actionButtonAriaLabel={t.send}
      disableActionButton={busy || wrong}
      invalid={draft.length > LONGEST}
      minRows={1}
      maxRows={8}
      onChange={({ detail }) => onType(detail.value)}
      onAction={({ detail }) => {
        if (!busy && !wrong) onAsk(detail.value.trim());
      }}
    />
  );
}
