import { ApiError } from "./client";

/** What the API must know of a file before it gives a form for it. */
export async function announced(file: File) {
  return { file_name: file.name, size_bytes: file.size, sha256: await sha256Of(file) };
}

export async function sha256Of(part: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await part.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/** Send a form to S3, the file last. */
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
  return send("POST", address, form, {}, signal, (sent) => progress(Math.min(sent, file.size)));
}

/** Send something to S3. `fetch` does not tell how much of a body it has sent. */
export function send(
  method: "POST" | "PUT",
  address: string,
  body: FormData | Blob,
  headers: Record<string, string>,
  signal: AbortSignal,
  progress: (sent: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.onerror = () => reject(new ApiError("The connection was lost during the upload."));
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => reject(new ApiError("The upload was cancelled."));
    request.send(body);
  });
}

function refusal(request: XMLHttpRequest): ApiError {
  const reply = new DOMParser().parseFromString(request.responseText, "text/xml");
  const said = reply.querySelector("Error > Message")?.textContent;
  return new ApiError(said ?? `S3 answered ${request.status}.`, request.status);
}
