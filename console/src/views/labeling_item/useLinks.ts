import { useMemo } from "react";
import { answer, type Schemas } from "../../api/client";
import { sameOrigin } from "../../api/files";
import { useApi, useDeployment } from "../../shell/deployment";
import type { ClipLinks } from "./useClip";

/** Links to the files of an item, from the API. */
export function useLinks(item: Schemas["LabelItem"], media: Schemas["LabelMedia"]): ClipLinks {
  const api = useApi();
  const { files } = useDeployment().config;
  return useMemo(() => {
    const params = { path: { task_id: item.task_id, number: String(item.number) } };
    let newest = media;
    return {
      here: (url) => sameOrigin(url, files),
      fresh: async () => {
        const again = await answer(api.GET("/label-tasks/{task_id}/items/{number}", { params }));
        return (newest = again.media ?? newest);
      },
    };
  }, [api, files, item, media]);
}
