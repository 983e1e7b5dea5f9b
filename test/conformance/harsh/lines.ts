import type { Jobs, Operation } from '../../../datasources/contract.js';
import type { PhotoRow } from '../../../src/store/photo-rows.js';
import { OPTIONS } from '../../task-house.js';
import type { RemoteVendor } from '../flows.js';
import type { Pictures } from './pictures.js';
import { answer } from './replies.js';
import type { Reply, Script } from './server.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export type Body = Readonly<Record<string, unknown>>;

/** One job at one vendor, and what its guide promises for it. */
export interface Line {
  vendor: RemoteVendor;
  operation: Operation;
  job(previews: readonly PhotoRow[]): Jobs[Operation];
  /** The photos of a release are made by this line before. */
  previews?: number;
  /** The call that does the work. */
  submit: string;
  /** Whether it costs units. */
  bills: boolean;
  /** How many times it is called. */
  parts: number;
  /** Free calls that ask how it stands, in their order. */
  asks: readonly string[];
  /** The last call, whose answer has the addresses of the results. */
  tells: string;
  /** Names of the result pictures, in order. */
  pictures: readonly string[];
  /** How long a picture is awaited at the most, by the guide. */
  keptMs: number;
  /** The answers of the guide, by call; those of a call that is made for each part differ by part. */
  good(origin: string, part: number): Readonly<Record<string, Body>>;
  /** Fields of each answer that need not be there. */
  optional: Readonly<Record<string, readonly string[]>>;
}

const background = (...hexes: string[]): Jobs['ID_PHOTO'] => ({
  specId: null,
  options: { ...OPTIONS, backgrounds: hexes.map(hex => ({ kind: 'solid', hex })) },
});
const HEXES = ['#438EDB', '#FFFFFF', '#D74532'];

export function idPhoto(parts = 1, over: Partial<Jobs['ID_PHOTO']['options']> = {}): Line {
  const job = background(...HEXES.slice(0, parts));
  return {
    vendor: 'JUMEI_ID_PHOTO',
    operation: 'ID_PHOTO',
    job: () => ({ ...job, options: { ...job.options, ...over } }),
    submit: 'create',
    bills: true,
    parts,
    asks: [],
    tells: 'create',
    pictures: range(parts),
    keptMs: HOUR_MS,
    good: (origin, part) => ({
      create: {
        code: 200,
        msg: '成功',
        taskNo: '254900443205524179659164',
        data: { result: `${origin}/result/${part}`, size: ['295', '413'] },
      },
    }),
    optional: { create: ['msg', 'taskNo', 'data.size'] },
  };
}

/** As the object store of the vendor signs it. */
const signed = (origin: string, name: string, livesMs: number) =>
  `${origin}/result/${name}?Signature=8gSVsKvv2e6iyOM7zFOYNQc%2FFTo%3D&Expires=${Math.floor((Date.now() + livesMs) / 1_000)}&OSSAccessKeyId=LTAI`;

export function previews(backgrounds = 1): Line {
  const each = range(backgrounds);
  return {
    vendor: 'LEQI',
    operation: 'ID_PHOTO',
    job: () => background(...HEXES.slice(0, backgrounds)),
    submit: 'make',
    bills: false,
    parts: 1,
    asks: [],
    tells: 'make',
    pictures: each.flatMap(index => [`preview-${index}`, `sheet-${index}`]),
    keptMs: HOUR_MS,
    good: origin => ({
      make: {
        code: 200,
        final_pic_name: each.map(index => `89a58bd0dea511e9ab4900163e0aee0${index}blue`),
        print_wm_pic_url: each.map(index => signed(origin, `sheet-${index}`, HOUR_MS)),
        one_sheet_num: 8,
        wm_pic_url: each.map(index => signed(origin, `preview-${index}`, HOUR_MS)),
      },
    }),
    optional: { make: ['one_sheet_num'] },
  };
}

export function release(parts = 1): Line {
  return {
    vendor: 'LEQI',
    operation: 'RELEASE',
    previews: parts,
    job: photos => ({
      photos: photos
        .slice(0, parts)
        .map(({ id, taskId, vendorRef }) => ({ photoId: id, taskId, vendorRef: vendorRef! })),
    }),
    submit: 'fetch',
    bills: true,
    parts,
    asks: [],
    tells: 'fetch',
    pictures: range(parts).flatMap(index => [`clean-${index}`, `clean-sheet-${index}`]),
    keptMs: 7 * DAY_MS,
    good: (origin, part) => ({
      fetch: {
        code: 200,
        file_name: signed(origin, `clean-${part}`, 7 * DAY_MS),
        file_name_list: signed(origin, `clean-sheet-${part}`, 7 * DAY_MS),
      },
    }),
    optional: { fetch: [] },
  };
}

export const PAINTING_ID = '1707359062412345678';

export function painting(count = 1): Line {
  const names = range(count);
  return {
    vendor: 'JUMEI_PAINTING',
    operation: 'PAINTING',
    job: () => ({ text: '山间的小屋', style: '水彩画', resolution: '1024*1024', count }),
    submit: 'submit',
    bills: true,
    parts: 1,
    asks: ['query'],
    tells: 'query',
    pictures: names,
    // Three months.
    keptMs: 90 * DAY_MS,
    good: origin => ({
      submit: { code: 200, msg: '成功', taskNo: '043439882226367117195632', data: { taskId: PAINTING_ID } },
      query: {
        code: 200,
        msg: '成功',
        taskNo: '448290834186092138576138',
        data: {
          img: `${origin}/result/0`,
          imgUrls: names.map(name => ({ image: `${origin}/result/${name}` })),
          createTime: hangzhouTime(Date.now()),
          status: 1,
        },
      },
    }),
    optional: { submit: ['msg', 'taskNo'], query: ['msg', 'taskNo', 'data.createTime', 'data.img'] },
  };
}

/** `2023-09-21 22:15:41`, as the painting guide writes a time. */
export function hangzhouTime(ms: number): string {
  return new Date(ms + 8 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
}

export function restoration(): Line {
  return {
    vendor: 'FANGTANG',
    operation: 'RESTORATION',
    job: () => ({ steps: 'SR' }),
    submit: 'upload',
    bills: true,
    parts: 1,
    asks: ['status', 'download'],
    tells: 'download',
    pictures: ['0'],
    keptMs: HOUR_MS,
    good: origin => ({
      upload: {
        code: 200,
        data: { img_url: `${origin}/static/img/6720978a_out.jpg`, mdf: '40b37f58db153e5149f008421797714e' },
      },
      status: { code: 200, data: { msg: '图片处理完成', status: 200 } },
      download: { code: 200, data: { url: `${origin}/result/0` } },
    }),
    optional: { upload: ['data.img_url'], status: ['data.msg'], download: [] },
  };
}

export function face(): Line {
  return {
    vendor: 'FEGINE',
    operation: 'FACE_VERIFICATION',
    job: () => ({}),
    submit: 'face',
    bills: true,
    parts: 1,
    asks: [],
    tells: 'face',
    pictures: [],
    keptMs: 0,
    good: () => ({
      face: {
        status: '1',
        msg: '系统分析为同一人',
        idCard: '110101190001010006',
        name: '张三',
        sex: '男',
        area: '四川省乐山市夹江县',
        province: '四川省',
        city: '乐山市',
        prefecture: '夹江县',
        birthday: '1900-01-01',
        addrCode: '511126',
      },
    }),
    optional: {
      face: ['msg', 'idCard', 'name', 'sex', 'area', 'province', 'city', 'prefecture', 'birthday', 'addrCode'],
    },
  };
}

/** All goes well, and answers come as the guide prints them. */
export function goodScript(line: Line, origin: string, pictures: Pictures): Script {
  const parts = range(line.parts).map(part => line.good(origin, Number(part)));
  return {
    ...Object.fromEntries(Object.keys(parts[0]!).map(call => [call, parts.map(bodies => answer(bodies[call]))])),
    ...Object.fromEntries(line.pictures.map(name => [`result/${name}`, picture(pictures.photo)])),
    nums: answer({ code: 200, data: { code: 'hiliad', nums: 98 } }),
  };
}

export function picture(bytes: Buffer, type: string | undefined = 'image/jpeg'): Reply {
  return answer(bytes, { headers: { 'content-type': type } });
}

function range(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}
