/** How much of an upload has been sent. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called as a body with files is sent. A fetch of a page without XMLHttpRequest (a service worker) tells only its end. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** The parts of a multipart body, in order. */
export type FormParts = readonly (readonly [name: string, value: string | Blob])[];

export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormParts;
}

export interface Incoming {
  readonly status: number;
  readonly text: string;
}

/** Posts. Rejects where there is no answer, and with the reason of the signal. */
export type Transport = (request: Outgoing, options: SendOptions) => Promise<Incoming>;

/** Of what XMLHttpRequest is, what is used here: the types of Node do not know it. */
interface Xhr {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null };
  readonly status: number;
  readonly responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: unknown): void;
  abort(): void;
}

/** `fetch`; where the progress of an upload is asked for, XMLHttpRequest in pages, and a stream that counts in Node. */
export const webTransport: Transport = async (request, options) => {
  const { body } = request;
  if (typeof body === 'string' || options.onProgress === undefined) return byFetch(request, options);
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Xhr };
  if (XMLHttpRequest) return byXhr(new XMLHttpRequest(), request, body, options);
  const answer = isNode() ? await byStream(request, body, options) : await byFetch(request, options);
  const { size } = new Blob(body.map(([, value]) => value));
  if (!isNode()) options.onProgress({ sentBytes: size, totalBytes: size });
  return answer;
};

async function byFetch({ url, headers, body }: Outgoing, { signal }: SendOptions): Promise<Incoming> {
  const sent = typeof body === 'string' ? body : formData(body);
  const answer = await fetch(url, { method: 'POST', headers, body: sent, ...(signal && { signal }) });
  return { status: answer.status, text: await answer.text() };
}

function byXhr(xhr: Xhr, request: Outgoing, parts: FormParts, options: SendOptions): Promise<Incoming> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      xhr.abort();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const end = (settle: () => void) => () => {
      signal?.removeEventListener('abort', abort);
      settle();
    };
    xhr.upload.onprogress = ({ loaded, total }) => onProgress?.({ sentBytes: loaded, totalBytes: total });
    xhr.onload = end(() => resolve({ status: xhr.status, text: xhr.responseText }));
    xhr.onerror = end(() => reject(new TypeError('the upload failed')));
    xhr.open('POST', request.url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.send(formData(parts));
  });
}

async function byStream({ url, headers }: Outgoing, parts: FormParts, options: SendOptions): Promise<Incoming> {
  const boundary = `darkroom-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  const whole = encode(parts, boundary);
  let sentBytes = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      sentBytes += chunk.byteLength;
      options.onProgress?.({ sentBytes, totalBytes: whole.size });
    },
  });
  const type = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(whole.size) };
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...type },
    body: whole.stream().pipeThrough(count),
    duplex: 'half',
    ...(options.signal && { signal: options.signal }),
  });
  return { status: answer.status, text: await answer.text() };
}

function formData(parts: FormParts): FormData {
  const form = new FormData();
  // A name of a file can be personal data, and the server has no use for it.
  for (const [name, value] of parts)
    typeof value === 'string' ? form.append(name, value) : form.append(name, value, 'photo');
  return form;
}

/** The names of parts are our own: nothing in them has to be escaped. */
function encode(parts: FormParts, boundary: string): Blob {
  const pieces = parts.flatMap(([name, value]) => {
    const file = typeof value === 'string' ? '' : '; filename="photo"\r\ncontent-type: application/octet-stream';
    return [`--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`, value, '\r\n'];
  });
  return new Blob([...pieces, `--${boundary}--\r\n`]);
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined;
}
