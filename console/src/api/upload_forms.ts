import { ApiError } from "./client";

/** What the API must know of a file before it gives a form for it. */
export async function announced(file: File) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return { file_name: file.name, size_bytes: file.size, sha256: base64(new Uint8Array(digest)) };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Send a form to S3, the file last. `fetch` does not tell how much of a body it has sent. */
export function postForm(
  address: string,
  fields: Record<string, string>,
  file: File,
  signal: AbortSignal,
  progress: (sent: number) => void,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.upload.onprogress = ({ loaded }) => progress(Math.min(loaded, file.size));
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.onerror = () => reject(new ApiError("The connection was lost during the upload."));
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => reject(new ApiError("The upload was cancelled."));
    request.send(form);
  });
}

function refusal(request: XMLHttpRequest): ApiError {
  const reply = new DOMParser().parseFromString(request.responseText, "text/xml");
  const said = reply.querySelector("Error > Message")?.textContent;
  return new ApiError(said ?? `S3 answered ${request.status}.`, request.status);
}
