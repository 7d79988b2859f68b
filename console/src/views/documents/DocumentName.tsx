import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useViewAt } from "../../shell/views";
import { Text } from "../../text/Text";

/** The file's name, which leads to the view of one document where there is one. */
export function DocumentName({ document }: { document: Schemas["Document"] }) {
  const path = `/documents/${document.document_id}`;
  const name = <Text of={document.file_name} />;
  return useViewAt(path) ? <Link to={path}>{name}</Link> : name;
}
