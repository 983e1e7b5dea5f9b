import { createHash, createHmac } from 'node:crypto';
import timers, { setTimeout as sleep } from 'node:timers/promises';
import { DarkroomError } from '../src/kernel/errors.js';
import type { SandboxPictures } from './pictures.js';
import type { Sandbox } from './sandbox.js';

/** The header of a JPEG of that size. The sandbox reads no more. `note` makes it another picture. */
export function jpegHeader(width: number, height: number, note = ''): Buffer {
  const frame = Buffer.from('ffd8ffc0000b08000000000101', 'hex');
  frame.writeUInt16BE(height, 7);
  frame.writeUInt16BE(width, 9);
  return Buffer.concat([frame, Buffer.from(note)]);
}

/** Longer than an upload to Fangtang waits. */
export const SLOW_MS = 1_700;

/**
 * Pictures that are headers only. A photo whose note is `nobody`, `crowd` or `damaged` fails as in the engine; a `slow`
 * one takes longer to restore than an upload waits.
 */
export const fakePictures: SandboxPictures = {
  async idPhotos(photo, order) {
    const note = photo.toString('latin1');
    if (note.includes('nobody')) throw new DarkroomError('NO_FACE');
    if (note.includes('crowd')) throw new DarkroomError('MULTIPLE_FACES');
    if (note.includes('damaged')) throw new DarkroomError('CORRUPT_IMAGE');
    if (order.maxKb === 1) throw new DarkroomError('CANNOT_FIT');
    return order.backgrounds.map(background =>
      jpegHeader(order.widthPx, order.heightPx, JSON.stringify([background, order.minKb, order.maxKb])),
    );
  },
  hasFace: async photo => !photo.toString('latin1').includes('nobody'),
  watermark: async photo => Buffer.concat([photo, Buffer.from(' watermarked')]),
  sheet: async (photo, count) => ({
    bytes: Buffer.concat([photo, Buffer.from(` sheet of ${count}`)]),
    count: count ?? 4,
  }),
  async restore(photo, steps) {
    const note = photo.toString('latin1');
    if (note.includes('slow')) await sleep(SLOW_MS);
    if (note.includes('damaged')) throw new DarkroomError('CORRUPT_IMAGE');
    return jpegHeader(2, 2, steps);
  },
  changeBackground: async (_photo, hex) => jpegHeader(2, 2, hex),
  placeholder: async (text, width, height) => jpegHeader(width, height, text),
};

/** The fields of all vendors' answers; those that an answer does not have are undefined. */
export interface Json {
  code: number | string;
  errno: number;
  msg: string;
  error: string;
  error_code: string;
  error_msg: string;
  status: string;
  sex: string;
  data: {
    result: string;
    size: string[];
    status: number;
    img: string;
    imgUrls: { image: string }[];
    createTime: string;
    mdf: string;
    nums: number;
    url: string;
  };
  final_pic_name: string[];
  wm_pic_url: string[];
  print_wm_pic_url: string[];
  one_sheet_num: number;
  file_name: string;
  file_name_list: string;
}

export async function control(sandbox: Sandbox, path: string, body?: object): Promise<Json> {
  const answer = await fetch(`${sandbox.controlUrl}${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

export interface Login {
  key: string;
  secret: string;
  /** Default: now. */
  date?: Date;
}

/** Headers of a POST signed for Huawei's gateway; `query` has to come sorted and encoded. Without a body there is no content type. */
export function signed(
  url: string,
  contentType: string | undefined,
  body: string,
  login: Login,
): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const date = (login.date ?? new Date()).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const typed = contentType === undefined ? [] : [['content-type', contentType] as const];
  const headers = [...typed, ['host', host], ['x-sdk-date', date]] as const;
  const names = headers.map(([name]) => name).join(';');
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = `POST\n${pathname}/\n${search.slice(1)}\n${lines}\n${names}\n${hash(body)}`;
  const signature = createHmac('sha256', login.secret)
    .update(`SDK-HMAC-SHA256\n${date}\n${hash(canonical)}`)
    .digest('hex');
  return {
    ...Object.fromEntries(typed),
    'x-sdk-date': date,
    authorization: `SDK-HMAC-SHA256 Access=${login.key}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Calls one of Jumei's products by form. */
export async function jumeiForm(
  url: string,
  parameters: Record<string, string>,
  login: Login,
): Promise<{ status: number; body: Json; text: string }> {
  const body = new URLSearchParams(parameters).toString();
  const headers = signed(url, 'application/x-www-form-urlencoded', body, login);
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text) as Json, text };
}

/** Calls one of Jumei's products by the query of a POST without a body. */
export async function jumeiQuery(
  url: string,
  parameters: Record<string, string>,
  login: Login,
): Promise<{ status: number; body: Json; text: string }> {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('*', '%2A');
  const names = Object.keys(parameters).sort();
  const target = `${url}?${names.map(name => `${name}=${encode(parameters[name]!)}`).join('&')}`;
  const answer = await fetch(target, { method: 'POST', headers: signed(target, undefined, '', login) });
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text) as Json, text };
}

export function breachKinds(sandbox: Sandbox): string[] {
  return sandbox.state().breaches.map(breach => breach.kind);
}

/** Pauses of the sandbox, which last as long as the test says, whatever they were asked for. */
export interface HeldPauses {
  /** Resolves once somebody pauses. */
  begun: Promise<void>;
  end(): void;
}

/** From now on pauses of these milliseconds are held; any other one is over at once. */
export function holdPauses(ms: number): HeldPauses {
  let [begin, end] = [() => {}, () => {}];
  const begun = new Promise<void>(resolve => {
    begin = resolve;
  });
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  const spy = jest.spyOn(timers, 'setTimeout').mockImplementation(async <T>(asked?: number, value?: T) => {
    if (asked === ms) {
      begin();
      await ended;
    }
    return value as T;
  });
  return {
    begun,
    end: () => {
      spy.mockRestore();
      end();
    },
  };
}
