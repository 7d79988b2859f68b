import { type Api, ApiError, type Problem, type Schemas } from "../../api/client";
import { openPlace, type Place } from "./device";
import { opened, type Save } from "./draft";
import { EMPTY, type Label, withFrames } from "./label";
import { type Reply, Saver } from "./Saver";
import { beginnings, type TaskSchema } from "./task_schema";
import { Work } from "./Work";

type Item = Schemas["LabelItem"];

/** With what this device has of it, and the server does not. */
export async function openWork(api: Api, person: string, schema: TaskSchema, item: Item): Promise<Work> {
  let place: Place | undefined;
  let [kept, unkept]: [Awaited<ReturnType<Place["read"]>>, unknown] = [undefined, undefined];
  try {
    place = await openPlace(person, item.task_id, item.number);
    kept = await place.read();
  } catch (error) {
    unkept = error;
  }
  const empty: Label = { ...EMPTY, clip: beginnings(schema, item.input), began_at: new Date().toISOString() };
  const saved = item.answer && item.answer.version > 0 ? { version: item.answer.version, label: labelOf(item.answer.label) } : undefined;
  return new Work(new Saver(opened(kept, saved, empty), place, (save) => send(api, item, save), unkept));
}

/** As the page works with it. */
export const labelOf = (label: Schemas["Label"]): Label => ({ ...EMPTY, ...(label as unknown as Label) });

const LATER = [401, 408, 429, 500, 502, 503, 504];

async function send(api: Api, { task_id, number, media }: Item, { label, ...save }: Save): Promise<Reply> {
  const framed = withFrames(label, media?.frame_rate, media?.offset_us ?? 0);
  const body = { ...save, label: { ...framed, ended_at: save.events.at(-1)?.at } } as unknown as Schemas["LabelChange"];
  const params = { path: { task_id, number: String(number) } };
  let reply;
  try {
    reply = await api.PUT("/label-tasks/{task_id}/items/{number}/answer", { params, body });
  } catch (error) {
    return { kind: "later", error };
  }
  if (reply.data) return { kind: "saved", version: reply.data.version, held: reply.data.claim.held };
  const { status } = reply.response;
  const problem = reply.error as Partial<Problem & Schemas["LabelConflictProblem"]> | undefined;
  if (status === 409 && problem?.saved) return { kind: "conflict", saved: { ...problem.saved, label: labelOf(problem.saved.label) } };
  const error = new ApiError(problem?.detail ?? String(status), status, problem?.request_id);
  return { kind: LATER.includes(status) ? "later" : "refused", error };
}
