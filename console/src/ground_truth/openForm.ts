import { openPlace, type Place } from "../views/labeling_item/device";
import { opened } from "../views/labeling_item/draft";
import { EMPTY, type Label } from "../views/labeling_item/label";
import { Saver } from "../views/labeling_item/Saver";
import { beginnings } from "../views/labeling_item/task_schema";
import { Work } from "../views/labeling_item/Work";
import type { FormTask } from "./form_task";

/** Whoever is signed in to the portal: the page is not told. */
const SOMEBODY = "ground-truth";

/** The work on an item of a form. The device is the only place that keeps it, so what it keeps is what is saved. */
export async function openForm({ task_id, number, schema, input }: FormTask): Promise<Work> {
  let place: Place | undefined;
  let [kept, unkept]: [Awaited<ReturnType<Place["read"]>>, unknown] = [undefined, undefined];
  try {
    place = await openPlace(SOMEBODY, task_id, number);
    kept = await place.read();
  } catch (error) {
    unkept = error;
  }
  const empty: Label = { ...EMPTY, clip: beginnings(schema, input), began_at: new Date().toISOString() };
  const saved = kept && { version: kept.base, label: kept.label };
  return new Work(new Saver(opened(kept, saved, empty), place, (save) => Promise.resolve({ kind: "saved", version: save.base + save.events.length, held: true }), unkept));
}
