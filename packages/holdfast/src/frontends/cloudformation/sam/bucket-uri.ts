/** The parts of `s3://bucket/key`; undefined for any other text. */
export function parseBucketUri(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const { bucket, key } = /^s3:\/\/(?<bucket>[^/]+)\/(?<key>.+)$/.exec(uri)?.groups ?? {};
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
