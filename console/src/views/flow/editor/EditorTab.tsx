export default function EditorTab(_: { flow: string; mayEdit: boolean }) { return null; }
