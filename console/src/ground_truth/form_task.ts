import { ApiError, type Schemas } from "../api/client";
import type { Suggestion } from "../views/labeling_item/label";
import type { TaskSchema } from "../views/labeling_item/task_schema";

type Media = Schemas["LabelMedia"];

/** What the template of the job has of its task. */
export interface FormTask {
  task_id: string;
  number: number;
  schema: TaskSchema;
  media: Media;
  suggestions: Suggestion[];
  /** The line of the manifest. */
  input: Record<string, unknown>;
}

/** Ground Truth put the task into the page (ground-truth.html), and its links. */
export async function readTask(page: Document): Promise<FormTask> {
  const text = (id: string) => page.getElementById(id)?.textContent?.trim() ?? "";
  const item = JSON.parse(text("item")) as Omit<FormTask, "suggestions">;
  const links = new Map([...page.querySelectorAll<HTMLElement>(".peaks")].map((each) => [Number(each.dataset["perSecond"]), each.textContent!.trim()]));
  const peaks = item.media.peaks.map((level) => ({ ...level, url: links.get(level.per_second)! }));
  const { sound } = item.media;
  const media: Media = { ...item.media, copy: { ...item.media.copy, url: text("copy") }, peaks, ...(sound ? { sound: { ...sound, url: text("sound") } } : {}) };
  const suggested = text("suggestions");
  return { ...item, media, suggestions: suggested ? await fetched<Suggestion[]>(suggested) : [] };
}

async function fetched<T>(link: string): Promise<T> {
  const reply = await fetch(link);
  if (!reply.ok) throw new ApiError(`S3 answered ${reply.status}.`, reply.status);
  return (await reply.json()) as T;
}
