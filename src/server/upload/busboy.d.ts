/** The part of busboy 1.6 (the parser of graphql-upload-minimal; it ships no types) that is used here. */
declare module 'busboy' {
  import type { IncomingHttpHeaders } from 'node:http';
  import type { Readable, Writable } from 'node:stream';

  interface Options {
    headers: IncomingHttpHeaders;
    defParamCharset?: string;
    limits?: { fieldSize?: number; fields?: number; fileSize?: number; files?: number; parts?: number };
  }

  interface Parser extends Writable {
    on(
      event: 'file',
      listener: (
        name: string | undefined,
        stream: Readable & { truncated: boolean },
        info: { filename?: string; encoding: string; mimeType: string },
      ) => void,
    ): this;
    on(
      event: 'field',
      listener: (name: string | undefined, value: string, info: { valueTruncated: boolean }) => void,
    ): this;
    on(event: 'filesLimit' | 'fieldsLimit' | 'partsLimit' | 'close', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  function busboy(options: Options): Parser;
  export = busboy;
}
