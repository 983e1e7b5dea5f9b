import type { Row } from './row.js';
import type { HostileStand } from './stand.js';
import { CANARIES } from './variables.js';

/** What no answer may hold: what was sent, and what the inside looks like. */
const INSIDE = [
  /node_modules|\.[jt]s:\d+/,
  /\bat \S+ \(/,
  /\b(select|insert into|update) \S+ /i,
  /\/(tmp|home|srv|work)\//,
  /127\.0\.0\.1:\d+/,
];

const literal = (value: string) => JSON.stringify(value);
/** Wrong in one way each, with the canary where the value is. */
const WRONG: ((value: string) => { query: string; variables?: unknown; operationName?: string } | string)[] = [
  v => ({ query: `{ specs(first: ${literal(v)}) { totalCount } }` }),
  v => ({ query: `{ specs(unit: ${literal(v)}) { totalCount } }` }),
  v => ({ query: `{ specs(color: ${literal(v)}) { totalCount } }` }),
  v => ({ query: `{ specs(after: ${literal(v)}) { totalCount } }` }),
  v => ({ query: `{ task(id: ${literal(v)}) { id } missing }` }),
  v => ({ query: `{ node(id: [${literal(v)}, 1]) { id } }` }),
  v => ({ query: `mutation { cancelTask(id: ${literal(v)}) { id } }` }),
  v => ({ query: `mutation { resolveTask(id: 1, outcome: ${literal(v)}) { id } }` }),
  v => ({ query: `mutation { verifyFace(input: { name: ${literal(v)}, idNumber: [${literal(v)}] }) { id } }` }),
  v => ({ query: `mutation { verifyFace(input: ${literal(v)}) { id } }` }),
  v => ({ query: `{ spec(id: ${literal(v)} ${literal(v)}) { id } }` }),
  v => ({ query: `{ spec(id: """${v}""" 1 { id } }` }),
  v => ({ query: `{ spec(id: "${v} ) { id } }` }),
  v => ({ query: `{ colors { id } } # ${v} \u0000` }),
  v => ({ query: 'query ($n: Int) { specs(first: $n) { totalCount } }', variables: { n: v } }),
  v => ({ query: 'query ($n: Int!) { specs(first: $n) { totalCount } }', variables: { other: v } }),
  v => ({ query: 'query ($u: SizeUnit) { specs(unit: $u) { totalCount } }', variables: { u: v } }),
  v => ({ query: 'query ($i: ID!) { spec(id: $i) { id } }', variables: { i: { [v]: v } } }),
  v => ({ query: 'query ($i: ID = 1) { spec(id: $i) { id } }', variables: { i: null, v } }),
  v => ({
    query: 'mutation ($i: VerifyFaceInput!) { verifyFace(input: $i) { id } }',
    variables: { i: { name: v, idNumber: Number(v) || 1 } },
  }),
  v => ({
    query: 'mutation ($i: VerifyFaceInput!) { verifyFace(input: $i) { id } }',
    variables: { i: { name: v, idNumber: v, photo: { base64: v }, consent: { reference: 'a', purpose: 'b' } } },
  }),
  v => ({
    query: 'mutation ($i: CreateIdPhotoInput!) { createIdPhoto(input: $i) { id } }',
    variables: { i: { specId: v, photo: { url: `https://${encodeURIComponent(v)}.invalid-/${v}` } } },
  }),
  v => ({ query: 'subscription { taskUpdated(id: "1") { id } }', variables: { v } }),
  v => ({ query: `{ usage(from: ${literal(v)}, to: ${literal(v)}) { vendor } }` }),
  v => ({ query: '{ colors { id } }', operationName: v }),
  v => `{"query": "{ colors { id } }", "variables": ${literal(v)}}`,
  v => `{"query": ${literal(v)}`,
];

/** What headers and URLs say is repeated as little. Of a header only Latin letters can be sent. */
const ELSEWHERE: ((value: string) => { path: string; headers: Record<string, string> })[] = [
  v => ({ path: '/graphql', headers: { authorization: `Bearer dk_${v.padEnd(43, 'x')}` } }),
  v => ({ path: '/graphql', headers: { authorization: `Basic ${v}` } }),
  v => ({ path: '/graphql', headers: { authorization: `Bearer ${v}.${v}.${v}` } }),
  v => ({ path: `/graphql?query=${v}&variables=${v}`, headers: {} }),
  v => ({ path: `/assets/${v}?signature=${v}`, headers: {} }),
  v => ({ path: `/${v}`, headers: { 'x-request-id': v, traceparent: v, cookie: v } }),
  v => ({ path: `/graphql/%${v}`, headers: { 'accept-language': v, accept: v } }),
];

/** Answers to wrong requests, and the log that was written meanwhile, searched for what has no business in them. */
export async function errorRow(stand: HostileStand, count: number): Promise<Row> {
  const failures: string[] = [];
  let errors = 0;
  for (let index = 0; index < count; index++) {
    const canary = CANARIES[Math.floor(index / WRONG.length) % CANARIES.length]!;
    const wrong = WRONG[index % WRONG.length]!(canary);
    const { text, codes, status } = await stand.post(wrong, index % 3 === 0 ? { 'accept-language': 'zh' } : {});
    if (codes.length > 0) errors++;
    const said = typeof wrong === 'string' ? wrong : wrong.query;
    if (status === 0) failures.push(`${said}: no answer`);
    if (codes.some(code => code === 'INTERNAL' || code === 'NO_CODE')) failures.push(`${said}: ${codes}`);
    if (text.includes(canary)) failures.push(`${said}: the answer quotes the value: ${text}`);
    for (const inside of INSIDE) if (inside.test(text)) failures.push(`${said}: the answer matches ${inside}`);
  }
  for (const canary of CANARIES) {
    for (const request of ELSEWHERE) {
      const { path, headers } = request(encodeURIComponent(canary));
      const text = await (await fetch(`${stand.url}${path}`, { headers })).text();
      if (text.includes(canary) || text.includes(encodeURIComponent(canary)))
        failures.push(`${path}: the answer quotes the value: ${text}`);
    }
    if (stand.logged.includes(encodeURIComponent(canary))) failures.push('the log quotes a value of a header or URL');
  }
  for (const canary of CANARIES) if (stand.logged.includes(canary)) failures.push('the log quotes a value');
  if (errors < count * 0.9) failures.push(`only ${errors} of ${count} requests were wrong`);
  return {
    what: 'error answers, and the log',
    count: count + CANARIES.length * ELSEWHERE.length,
    failures,
    measured: `${errors} errors, no value and nothing of the inside in them`,
  };
}
