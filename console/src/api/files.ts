/** The path of this origin that leads to a bucket's presigned address; `files` is that of the configuration. */
export function sameOrigin(address: string, files: Record<string, string>): string {
  for (const [path, bucket] of Object.entries(files)) {
    if (address.startsWith(bucket)) return path + address.slice(bucket.length);
  }
  // The form of an upload has the bucket's address with or without a slash at its end.
  return sameOriginOfBucket(address, files) ?? address;
}

function sameOriginOfBucket(address: string, files: Record<string, string>): string | undefined {
  return Object.entries(files).find(([, bucket]) => bucket === `${address}/`)?.[0];
}
