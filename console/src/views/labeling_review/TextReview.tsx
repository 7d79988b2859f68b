import type { Schemas } from "../../api/client";
import type { TaskSchema } from "../labeling_item/task_schema";
import { Texts } from "../labeling_item/Texts";
import { AnswerCard } from "./AnswerCard";

type Item = Schemas["LabelItem"];

interface Props {
  item: Item;
  schema: TaskSchema;
  answers: NonNullable<Item["answers"]>;
  onReviewed: (item: Item) => void;
}

/** Each answer is a card beside the text. */
export function TextReview({ item, schema, answers, onReviewed }: Props) {
  return (
    <Texts of={item.text!}>
      {answers.map((each) => (
        <AnswerCard key={each.answer_id} item={item} schema={schema} answer={each} onReviewed={onReviewed} />
      ))}
    </Texts>
  );
}
