import type http from 'node:http';
import { z } from 'zod';
import { VENDORS, type VendorName } from './kit/exchange.js';
import { FAULTS, type Fault, type NextCode } from './kit/faults.js';
import type { Breach, CallCounts } from './kit/ledger.js';
import { readBody } from './kit/vendor-server.js';
import { MAGIC } from './magic.js';
import type { Settings } from './vendor.js';

export interface SandboxState {
  /** ISO 8601, of the movable clock. */
  now: string;
  vendors: Record<VendorName, { unitsLeft: number; calls: Record<string, CallCounts> }>;
  breaches: Breach[];
  /** Requests to the host that `foreign-host` points at. A client should send none. */
  foreign: { requests: number; withCredentials: number };
  /** Ordered, and not applied yet. */
  pending: { faults: Fault[]; next: NextCode[] };
  settings: Settings;
}

/** What the control endpoint can do; the sandbox gives it. */
export interface Controls {
  state(): SandboxState;
  addFault(fault: Fault): void;
  addCode(code: NextCode): void;
  advance(ms: number): void;
  setLoginSkew(ms: number): void;
  setUnits(vendor: VendorName, units: number): void;
  change(settings: Partial<Settings>): void;
  reset(): void;
}

const vendor = z.enum(VENDORS);
const target = { call: z.string().optional(), path: z.string().optional() };
const times = z.int().min(1).max(100_000).default(1);
const ms = z.int().min(0).max(600_000).default(1_000);
const paramsIn = z.enum(['form', 'query', 'json']);
const queue = z.strictObject({ medianMs: z.number().min(0), sigma: z.number().min(0).max(5) });

const BODIES = {
  '/control': z.union([
    z.strictObject({ vendor, fault: z.enum(FAULTS), ms, times, ...target }),
    z.strictObject({ next: z.strictObject({ vendor, code: z.string().min(1), times, ...target }) }),
  ]),
  '/control/clock': z.strictObject({ advanceMs: z.number().min(0).optional(), loginSkewMs: z.number().optional() }),
  '/control/quota': z.strictObject({ vendor, units: z.int().min(0) }),
  '/control/settings': z
    .strictObject({
      jumeiIdPhotoParamsIn: paramsIn,
      jumeiPaintingParamsIn: paramsIn,
      leqiPrefix: z.boolean(),
      leqiWrapped: z.boolean(),
      leqiBeautyMs: z.number().min(0),
      paintingQueue: queue,
      restorationQueue: queue,
    } satisfies Record<keyof Settings, z.ZodType>)
    .partial(),
  '/control/reset': z.strictObject({}),
};

const MAX_BODY_BYTES = 100_000;

/**
 * `GET /control` the state, `GET /control/magic` the table; `POST` (JSON) `/control` a fault or the next code, `/control/clock`,
 * `/control/quota`, `/control/settings`, `/control/reset`. Each answers with the state.
 *
 * A body has to be application/json. A page in the developer's browser cannot send that without a preflight, and no
 * preflight is answered.
 */
export async function answerControl(
  controls: Controls,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const send = (status: number, value: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
  };
  const path = request.url ?? '/';
  if (request.method === 'GET') {
    if (path === '/control') return send(200, controls.state());
    if (path === '/control/magic') return send(200, MAGIC);
    return send(404, { error: 'GET /control or /control/magic' });
  }
  if (!(path in BODIES) || request.method !== 'POST')
    return send(404, { error: `POST ${Object.keys(BODIES).join(', ')}` });
  if (!/^application\/json/.test(request.headers['content-type'] ?? ''))
    return send(415, { error: 'application/json' });
  const body = (await readBody(request, MAX_BODY_BYTES)) ?? Buffer.alloc(0);
  const wrong = applyCommand(controls, path as keyof typeof BODIES, body.toString('utf8') || '{}');
  if (wrong !== undefined) return send(400, { error: wrong });
  send(200, controls.state());
}

/** Gives what is wrong with the body, if anything. */
function applyCommand(controls: Controls, path: keyof typeof BODIES, text: string): string | undefined {
  const parse = <P extends keyof typeof BODIES>(which: P) =>
    BODIES[which].parse(JSON.parse(text)) as z.output<(typeof BODIES)[P]>;
  try {
    if (path === '/control') {
      const order = parse('/control');
      if ('next' in order) controls.addCode(order.next);
      else controls.addFault(order);
    } else if (path === '/control/clock') {
      const { advanceMs = 0, loginSkewMs } = parse('/control/clock');
      controls.advance(advanceMs);
      if (loginSkewMs !== undefined) controls.setLoginSkew(loginSkewMs);
    } else if (path === '/control/quota') {
      const { vendor: name, units } = parse('/control/quota');
      controls.setUnits(name, units);
    } else if (path === '/control/settings') {
      controls.change(withoutUndefined(parse('/control/settings')));
    } else {
      parse('/control/reset');
      controls.reset();
    }
    return undefined;
  } catch (error) {
    if (error instanceof z.ZodError) return z.prettifyError(error);
    if (error instanceof SyntaxError) return 'not JSON';
    throw error;
  }
}

function withoutUndefined(settings: { [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
