import {
  again,
  bills,
  type Case,
  type Cell,
  callsOf,
  cell,
  type Expected,
  type Flow,
  failed,
  next,
  review,
  unexplained,
  well,
} from './cell.js';
import type { Fate, Fates } from './fates.js';
import { faults, queues, results } from './fault-cells.js';
import { CONFORMANCE, type Deployment, type RemoteVendor } from './flows.js';

const HOUR_MS = 3_600_000;

/** Everything that a vendor is put through, over all its operations. */
export function cellsOf(vendor: RemoteVendor): Cell[] {
  const flows: Flow[] = CONFORMANCE[vendor].flows.map(flow => ({ ...flow, vendor }));
  return flows.flatMap(flow => [
    ...successes(flow),
    ...codes(flow),
    ...logins(flow),
    ...trouble(flow),
    ...callsOf(flow).flatMap(call => faults(flow, call)),
    ...results(flow),
    ...queues(flow),
  ]);
}

function successes(flow: Flow): Cell[] {
  return [
    ...flow.variants.map(variant => cell(flow, 'success', variant.name, { variant }, well(flow, {}, {}, variant))),
    ...(flow.deployments ?? []).map(deployment =>
      cell(flow, 'deployments', deployment.name, { deployment }, well(flow, {}, deployment.more)),
    ),
  ];
}

function codes(flow: Flow): Cell[] {
  const each = (name: Case, tables: Readonly<Record<string, Fates>>) =>
    Object.entries(tables).flatMap(([call, fates]) =>
      Object.entries(fates).map(([code, fate]) =>
        cell(flow, name, `${call} ${code}`, { orders: [next(flow, call, code)] }, fateOf(flow, call, code, fate, name)),
      ),
    );
  return [...each('guide codes', flow.codes), ...each('gateway codes', flow.gateway)];
}

function fateOf(flow: Flow, call: string, code: string, fate: Fate, name: Case): Expected {
  if (fate === 'AGAIN') return again(flow, call);
  if (fate === 'REVIEW') return bills(flow) ? review(flow, 'VENDOR_UNAVAILABLE', 0) : again(flow, call);
  if (fate === 'UNEXPLAINED') return unexplained(flow, call, `status ${code}`);
  const [ours = '', billed] = fate.split(' ');
  // Fegine answers with HTTP 200, which takes a unit, whatever it says.
  const units =
    call !== flow.submit || (flow.operation === 'FACE_VERIFICATION' && name === 'guide codes')
      ? flow.variants[0].units
      : 0;
  if (billed === undefined) return well(flow, { outcome: ours, units });
  const spelled = code.replace(/\/\d+$/, '');
  // The classic gateway sends words and no code.
  const coded = /\d/.test(spelled);
  const unknownPath = ours === 'VENDOR_NOT_FOUND' && call === 'fetch';
  const expected = failed(flow, call, ours, billed, units);
  return {
    ...expected,
    ...(coded ? { vendorCode: spelled } : {}),
    // The other path that the guide leaves open is tried, once.
    ...(unknownPath ? { vendorCode: 'I404NF', requests: { ...expected.requests, unknown: 1 } } : {}),
  };
}

function logins(flow: Flow): Cell[] {
  const { key, timedLogin } = CONFORMANCE[flow.vendor];
  const wrong: Deployment = { name: 'wrong key', environment: { [key]: 'not-the-right-one' } };
  return [
    ...(flow.after === undefined
      ? [
          cell(
            flow,
            'wrong key',
            '',
            { deployment: wrong },
            { ...failed(flow, flow.submit, 'VENDOR_AUTH', 'NO', 0), breaches: 'LOGIN' },
          ),
        ]
      : []),
    cell(
      flow,
      'wrong clock',
      '',
      { orders: [['/clock', { loginSkewMs: HOUR_MS }]] },
      timedLogin ? well(flow, { breaches: 'LOGIN' }, { [flow.submit]: 1 }) : well(flow),
    ),
  ];
}

function trouble(flow: Flow): Cell[] {
  const [, several] = flow.variants;
  const refused = (flow.codes[flow.submit]?.[flow.refusal] ?? '').split(' ')[1];
  return [
    ...(bills(flow)
      ? [
          cell(
            flow,
            'quota used up',
            '',
            { orders: [['/quota', { vendor: flow.vendor, units: 0 }]] },
            failed(flow, flow.submit, 'QUOTA_EXHAUSTED', 'NO', 0),
          ),
        ]
      : []),
    cell(
      flow,
      'long trouble',
      '',
      { orders: [next(flow, flow.submit, flow.trouble, 9)] },
      {
        ...failed(flow, flow.submit, 'VENDOR_UNAVAILABLE', 'NO', 0),
        attempts: 'FAILED NO, FAILED NO, FAILED NO',
        requests: { [flow.submit]: 3 },
      },
    ),
    ...(several !== undefined && several.calls > 1
      ? [
          cell(
            flow,
            'partial',
            '',
            { variant: several, orders: [next(flow, flow.submit, flow.refusal)] },
            well(
              flow,
              {
                attempts: `FAILED ${refused}, SUCCEEDED YES`,
                units: several.units - 1,
                pictures: several.pictures / 2,
                missing: 1,
              },
              { result: several.pictures / 2 },
              several,
            ),
          ),
        ]
      : []),
  ];
}
