/** Where pictures lie in a bucket: `s3://bucket/prefix`. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ending with a slash. */
  readonly prefix: string;
}

/**
 * The names that all clouds take. A prefix has none of the characters that clouds sign or encode in ways of their own.
 * Undefined for anything else.
 */
export function s3Place(text: string): S3Place | undefined {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9_-][A-Za-z0-9_./-]{0,200})?)?$/.exec(text);
  if (match === null) return undefined;
  const [, bucket = '', path = ''] = match;
  const parts = path.replace(/\/$/, '').split('/');
  if (path !== '' && parts.some(part => part === '' || part === '.' || part === '..')) return undefined;
  return { bucket, prefix: path === '' ? '' : `${parts.join('/')}/` };
}
