/** The path of this origin that leads to a bucket's presigned address; `files` is that of the configuration. */
export function sameOrigin(address: string, files: Record<string, string>): string {
  for (const [path, bucket] of Object.entries(files)) {
    // The form of an upload goes to the bucket itself, whose address may lack the slash at its end.
    if (`${address}/`.startsWith(bucket)) return path + address.slice(bucket.length);
  }
  return address;
}
