import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import { useState } from "react";
import { answer, type Schemas } from "../../api/client";
import { useMessages } from "../../i18n/language";
import { useApi } from "../../shell/deployment";
import { useNotifications } from "../../shell/notifications";
import { messages } from "./messages";

type Feedback = Schemas["Feedback"];

export function FeedbackButtons({ path, given }: { path: { conversation_id: string; turn_id: string }; given?: Feedback }) {
  const t = useMessages(messages);
  const api = useApi();
  const { notify, fail } = useNotifications();
  const [feedback, setFeedback] = useState(given);
  const [comment, setComment] = useState("");
  const [commenting, setCommenting] = useState(false);

  async function give(body: Feedback) {
    const before = feedback;
    setFeedback(body);
    try {
      const route = "/conversations/{conversation_id}/turns/{turn_id}/feedback";
      await answer(api.PUT(route, { params: { path }, body }));
      setCommenting(!body.helpful && body.comment === undefined);
      if (body.comment) notify("success", t.thanks);
    } catch (error) {
      setFeedback(before);
      fail(t.feedbackFailed, error);
    }
  }

  const button = (helpful: boolean, icon: "thumbs-up" | "thumbs-down", label: string) => (
    <ToggleButton
      variant="icon"
      iconName={icon}
      pressedIconName={`${icon}-filled`}
      pressed={feedback?.helpful === helpful}
      ariaLabel={label}
      onChange={() => void give({ helpful })}
    />
  );
  return (
    <>
      {button(true, "thumbs-up", t.helpful)}
      {button(false, "thumbs-down", t.notHelpful)}
      {commenting && (
        <>
          <Input
            value={comment}
            ariaLabel={t.comment}
            placeholder={t.comment}
            onChange={({ detail }) => setComment(detail.value.slice(0, 2000))}
          />
          <Button disabled={!comment.trim()} onClick={() => void give({ helpful: false, comment: comment.trim() })}>
            {t.sendComment}
          </Button>
        </>
      )}
    </>
  );
}
