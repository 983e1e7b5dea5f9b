import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, isIP } from 'node:net';
import { DarkroomError } from '../../src/kernel/errors.js';
import { isPublicAddress } from '../../src/net/address-policy.js';
import { download, downloadBy } from '../../src/net/download.js';
import { NameLookUp, PUBLIC_NAMES } from '../../src/net/name-look-up.js';
import { PUBLIC_HTTPS } from '../../src/net/outbound-policy.js';
import { REFUSED } from '../addresses.js';
import { NameServer } from '../name-server.js';
import type { Row } from './row.js';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fetched',
    error => (DarkroomError.is(error) ? error.code : String(error)),
  );
const options = () => ({ maxBytes: 1_000, signal: AbortSignal.timeout(10_000) });

/** What else leads to loopback, or past the rules for a URL. */
const SPELLINGS = [
  ...['127.1', '127.0.1', '2130706433', '017700000001', '0x7f.1', '0x7f000001', '0177.0.0.1', '0', '0x0', '127.0.0.1.'],
  ...['①②⑦.0.0.1', '127。0。0。1', '%31%32%37.0.0.1', 'localhost', 'LOCALHOST', 'localhost.', 'photos.localhost'],
  ...[
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '93.184.215.14:8443',
    '93.184.215.14:22',
  ],
  ...['user@93.184.215.14', ':word@93.184.215.14', 'photos.example@127.0.0.1', '127.0.0.1#@photos.example'],
];

/** Each address that is not public, as the host of a URL and, where it is one of IPv4, as what a name resolves to. */
export async function addressRow(count: number): Promise<Row> {
  const addresses = Object.values(REFUSED)
    .flat()
    .filter(address => isIP(address) !== 0 && !address.includes('%'));
  const named = addresses.filter(address => isIP(address) === 4);
  const names = await NameServer.start(
    Object.fromEntries(named.map((address, index) => [`host${index}.example`, [address]])),
  );
  PUBLIC_NAMES.setServers([names.address]);
  const hosts = [
    ...named.map((address, index) => ({ host: `host${index}.example`, address })),
    ...SPELLINGS.map(host => ({ host, address: 'a spelling' })),
    ...addresses.map(address => ({ host: isIP(address) === 6 ? `[${address}]` : address, address })),
  ].slice(0, count);
  const failures: string[] = [];
  for (const { host, address } of hosts) {
    const code = await codeOf(download(`https://${host}/photo.jpg`, options()));
    if (code !== 'URL_NOT_ALLOWED') failures.push(`${host} (${address}): ${code}`);
  }
  await names.close();
  return {
    what: 'addresses that are not public',
    count: hosts.length,
    failures,
    measured: 'all refused before a connection',
  };
}

/** A name server that answers with a public address first and with loopback next. */
export async function rebindingRow(count: number): Promise<Row> {
  let reached = 0;
  const listener = createServer(socket => {
    reached++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  // 127.0.0.2 stands for a public address. Nothing listens on it.
  const turns = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2', '127.0.0.1'], ['127.0.0.1', '127.0.0.2']];
  let asked = 0;
  const names = await NameServer.start({ 'rebind.example': () => turns[asked++ % turns.length]! });
  const lookUp = new NameLookUp();
  lookUp.setServers([names.address]);
  const policy = {
    ...PUBLIC_HTTPS,
    protocols: new Set(['http:']),
    ports: new Set([String(port)]),
    resolve: (name: string) => lookUp.resolve(name),
    isPublic: (address: string) => address === '127.0.0.2' || isPublicAddress(address),
  };
  const codes = new Map<string, number>();
  for (let tries = 0; tries < count; tries++) {
    const code = await codeOf(downloadBy(policy, `http://rebind.example:${port}/`, options()));
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  listener.close();
  await names.close();
  const failures = reached === 0 ? [] : [`${reached} connections to loopback`];
  for (const code of codes.keys())
    if (code !== 'URL_NOT_ALLOWED' && code !== 'URL_UNREACHABLE') failures.push(`an error of another kind: ${code}`);
  return {
    what: 'rebindings',
    count,
    failures,
    measured: [...codes].map(([code, times]) => `${times} ${code}`).join(', '),
  };
}

/** URLs whose name server says nothing, and look-ups of other names beside them. */
export async function silentNamesRow(count: number): Promise<Row> {
  const names = await NameServer.start({ 'other.example': ['10.0.0.1'] });
  PUBLIC_NAMES.setServers([names.address]);
  let ended = 0;
  const silent = Array.from({ length: count }, (_, index) =>
    codeOf(download(`https://photo${index}.silent.example/`, options())).finally(() => ended++),
  );
  const begun = performance.now();
  const other = await codeOf(download('https://other.example/', options()));
  const otherMs = performance.now() - begun;
  const before = ended;
  const codes = new Set(await Promise.all(silent));
  await names.close();
  const failures = other === 'URL_NOT_ALLOWED' ? [] : [`another name: ${other}`];
  if (before > 0) failures.push(`the other name had to wait until ${before} had ended`);
  for (const code of codes) if (code !== 'URL_UNREACHABLE') failures.push(`a silent one: ${code}`);
  return {
    what: 'URLs to a silent name server',
    count,
    failures,
    measured: `another name beside them took ${otherMs.toFixed(0)} ms`,
  };
}
