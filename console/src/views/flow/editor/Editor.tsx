import Alert from "@cloudscape-design/components/alert";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { answer, ApiError, type Schemas } from "../../../api/client";
import { addConnection, addNode, removeConnection, removeNode } from "../../../flow_file/edits";
import { lineOf } from "../../../flow_file/json_text";
import { positionsOf } from "../../../flow_file/layout";
import { coloursOf, type Place } from "../../../flow_file/validations";
import { arranged, placed } from "../../../flow_graph/arrange";
import type { Editing } from "../../../flow_graph/Graph";
import { useFormats, useMessages } from "../../../i18n/language";
import { useApi } from "../../../shell/deployment";
import { ErrorText, useNotifications } from "../../../shell/notifications";
import { shown } from "../../../text/plain";
import { Text } from "../../../text/Text";
import { Findings } from "../Findings";
import { ConflictDialog } from "./ConflictDialog";
import styles from "./Editor.module.css";
import { FileLines } from "./FileLines";
import { LeaveGuard } from "./LeaveGuard";
import { messages } from "./messages";
import { NodeForm } from "./NodeForm";
import { Outline } from "./Outline";
import { Toolbar } from "./Toolbar";
import { useEditing } from "./useEditing";
import { useValidation } from "./useValidation";

type File = Schemas["FlowFile"];

const Graph = lazy(() => import("../../../flow_graph/Graph"));
const BELOW = 160;

interface Props {
  flow: string;
  /** What the server has, asked for again and again. */
  newest: File;
  load: () => Promise<File>;
  mayEdit: boolean;
}

/** Edits the file of a flow: on the canvas, and in the outline beside it, which can do the same by keyboard. */
export function Editor({ flow, newest, load, mayEdit }: Props) {
  const t = useMessages(messages);
  const { time } = useFormats();
  const api = useApi();
  const { notify, fail } = useNotifications();
  const editing = useEditing(newest);
  const { saved, draft, whole, scope, definition, apply, move, isChanged } = editing;
  const { validations, isChecking, error } = useValidation(whole);
  const [chosen, setChosen] = useState<string>();
  const [line, setLine] = useState<number>();
  const [isSaving, setSaving] = useState(false);
  const [theirs, setTheirs] = useState<File>();
  const form = useRef<HTMLHeadingElement>(null);

  const positions = useMemo(() => positionsOf(draft.layout), [draft.layout]);
  const colours = useMemo(() => whole && coloursOf(whole, validations, scope), [whole, validations, scope]);
  const index = definition?.nodes.findIndex((node) => node.name === chosen) ?? -1;

  // What somebody else saved is taken over at once where nothing is lost by it.
  const isNewer = newest.revision !== saved.revision && Date.parse(newest.saved_at ?? "") > (Date.parse(saved.saved_at ?? "") || 0);
  const { adopt } = editing;
  useEffect(() => {
    if (isNewer && !isChanged && !isSaving) adopt(newest);
  }, [isNewer, isChanged, isSaving, newest, adopt]);

  async function save(revision: string) {
    setSaving(true);
    const body = { text: draft.text, revision, ...(draft.layout ? { layout: draft.layout } : {}) };
    try {
      editing.setSaved(await answer(api.PUT("/flows/{flow}/file", { params: { path: { flow } }, body })));
      setTheirs(undefined);
      notify("success", t.saved, t.savedDetail(flow));
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 409)) fail(t.saveFailed, problem);
      else await load().then(setTheirs, (failure: unknown) => fail(t.saveFailed, failure));
    }
    setSaving(false);
  }

  function add(type: string) {
    if (!definition) return;
    const { name } = addNode(definition, type);
    const all = placed(definition, positions);
    const below = Math.max(-BELOW, ...definition.nodes.map((node) => all[node.name]?.y ?? 0)) + BELOW;
    const isPlaced = definition.nodes.every((node) => positions[node.name]);
    const beside = (chosen === undefined ? undefined : all[chosen]?.x) ?? 0;
    apply((before) => addNode(before, type).definition, undefined, isPlaced ? { [name]: { x: beside, y: below } } : undefined);
    choose(name);
  }

  /** Where the outline, a message or the canvas leads to: the form of the node. */
  const choose = useCallback((name: string | undefined) => {
    setChosen(name);
    if (name !== undefined) window.setTimeout(() => form.current?.focus());
  }, []);

  function show(place: Place) {
    editing.setScope(place.scope);
    setLine(lineOf(draft.text, place.path));
    choose(place.nodes[0]);
  }

  const onCanvas = useMemo(
    (): Editing | undefined =>
      mayEdit && definition
        ? {
            move: (node, to) => move({ ...placed(definition, positions), [node]: to }, `move ${node}`),
            connect: (ends) => apply((before) => addConnection(before, ends)),
            remove: (nodes, connections) =>
              apply((before) => {
                // From the end, so that the places before stay what they are.
                const without = [...connections].sort((one, other) => other - one).reduce(removeConnection, before);
                return [...nodes].sort((one, other) => other - one).reduce(removeNode, without);
              }),
          }
        : undefined,
    [mayEdit, definition, positions, move, apply],
  );

  if (!definition || !whole) {
    return (
      <SpaceBetween size="m">
        <Alert type="error" header={t.noFlow(editing.problem?.line ?? 1)}>
          <Text of={editing.problem?.message ?? ""} />
        </Alert>
        {editing.undo && <Toolbar editing={editing} isSaving={isSaving} onSave={() => void save(saved.revision)} />}
        <FileLines text={draft.text} line={editing.problem?.line} />
      </SpaceBetween>
    );
  }
  return (
    <div
      className={styles.editor}
      onKeyDown={(event) => {
        const isField = event.target instanceof HTMLElement && event.target.matches("input, textarea");
        const key = event.key.toLowerCase();
        if (!(event.ctrlKey || event.metaKey) || isField || (key !== "z" && key !== "y")) return;
        event.preventDefault();
        if (key === "y" || event.shiftKey) editing.redo?.();
        else editing.undo?.();
      }}
    >
      <LeaveGuard isOn={isChanged} />
      {!mayEdit && <Alert type="info">{t.readOnly}</Alert>}
      {saved.is_draft && (
        <Alert type="info">
          {saved.saved_at !== undefined && t.draftOf(shown(saved.saved_by ?? ""), time(saved.saved_at))} <Text of={t.draft(flow)} rich />
        </Alert>
      )}
      {isNewer && isChanged && (
        <Alert type="warning" header={t.newer(shown(newest.saved_by ?? ""), time(newest.saved_at ?? ""))}>
          {t.newerDetail}
        </Alert>
      )}
      {mayEdit && (
        <Toolbar
          editing={editing}
          isSaving={isSaving}
          inLoop={scope.length > 0}
          onAdd={add}
          onArrange={() => move(arranged(definition))}
          onSave={() => void save(saved.revision)}
        />
      )}
      {scope.length > 0 && (
        <BreadcrumbGroup
          ariaLabel={t.loops}
          items={["", ...scope].map((name, depth) => ({ text: name ? shown(name) : t.wholeFlow, href: `#${depth}` }))}
          onFollow={(event) => {
            event.preventDefault();
            editing.setScope(scope.slice(0, Number(event.detail.href.slice(1))));
          }}
        />
      )}
      <div className={styles.workbench}>
        <Suspense fallback={<StatusIndicator type="loading">{t.loading}</StatusIndicator>}>
          <Graph
            key={scope.join("/")}
            label={t.canvas}
            definition={definition}
            positions={positions}
            colours={colours}
            chosen={chosen}
            onChoose={setChosen}
            editing={onCanvas}
          />
        </Suspense>
        <Outline definition={definition} colours={colours?.nodes} chosen={chosen} onChoose={choose} />
      </div>
      <div className={styles.below}>
        <div>
          {index < 0 ? (
            t.chooseNode
          ) : (
            <fieldset className={styles.fieldset} disabled={!mayEdit}>
              <NodeForm
                key={`${scope.join("/")}/${index}`}
                definition={definition}
                index={index}
                headingRef={form}
                apply={apply}
                onRenamed={setChosen}
                onEnter={(name) => {
                  editing.setScope([...scope, name]);
                  setChosen(undefined);
                }}
              />
            </fieldset>
          )}
        </div>
        <div className={styles.found}>
          <Findings definition={whole} validations={validations} text={draft.text} onChoose={show} />
          <div role="status" className={styles.status}>
            {error !== undefined ? (
              <StatusIndicator type="warning">
                {t.notChecked} <ErrorText error={error} />
              </StatusIndicator>
            ) : (
              isChecking && <StatusIndicator type="in-progress">{t.checking}</StatusIndicator>
            )}
          </div>
          <FileLines text={draft.text} line={line} />
        </div>
      </div>
      {theirs && (
        <ConflictDialog
          mine={draft.text}
          theirs={theirs}
          isSaving={isSaving}
          onSaveMine={() => void save(theirs.revision)}
          onTakeTheirs={() => {
            editing.adopt(theirs);
            setTheirs(undefined);
          }}
          onCancel={() => setTheirs(undefined)}
        />
      )}
    </div>
  );
}
