import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../src/kernel/paths.js';
import { freePort } from './service-process.js';

export interface ReverseProxy {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * What proxies make of Host where nobody configured it. `kept`: Vite's dev server, Caddy, Traefik, cloud load balancers.
 * `rewritten`: nginx, Apache, Vite with `changeOrigin`; the browser's Origin goes on as it is in either case.
 */
export type HostHandling = 'kept' | 'rewritten';

/**
 * A reverse proxy for HTTP and WebSockets.
 * @param tells that it took the request by TLS, from whom and under which name, as Caddy, Traefik and Apache do
 */
export async function startProxy(target: number, host: HostHandling, tells = false): Promise<ReverseProxy> {
  const onward = (headers: IncomingHttpHeaders) => ({
    ...headers,
    ...(host === 'rewritten' && { host: `127.0.0.1:${target}` }),
    ...(tells && {
      'x-forwarded-for': [headers['x-forwarded-for'], '203.0.113.7'].filter(Boolean).join(', '),
      'x-forwarded-host': headers.host,
      'x-forwarded-proto': 'https',
    }),
  });
  const server = createServer((incoming, outgoing) => {
    const { url: path, method, headers } = incoming;
    const sent = request({ host: '127.0.0.1', port: target, path, method, headers: onward(headers) }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(sent);
  });
  server.on('upgrade', ({ url, headers }, socket) => {
    const upstream = connect(target, '127.0.0.1');
    const lines = Object.entries(onward(headers)).map(([name, value]) => `${name}: ${value}`);
    upstream.write([`GET ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const)
      from.pipe(to).on('error', () => from.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

const PROGRAMS = { nginx: find('nginx', '-v'), caddy: find('caddy', 'version') };
const OPENSSL = find('openssl', 'version');

export type ProxyProgram = keyof typeof PROGRAMS;

/** Whether this machine has it, e.g. by `apt-get install nginx-light caddy`, and what makes it a certificate. */
export function hasProxy(program: ProxyProgram): boolean {
  return PROGRAMS[program] !== undefined && OPENSSL !== undefined;
}

export interface TlsProxy extends ReverseProxy {
  readonly folder: string;
  /** In PEM; of photos.example.com, signed by itself. */
  readonly certificate: string;
}

/** The real program with its file in deploy/, but for the addresses of the two and the places of its files. */
export async function startTlsProxy(program: ProxyProgram, target: number): Promise<TlsProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), `darkroom-${program}-`));
  const port = await freePort();
  const certificate = await makeCertificate(folder);
  const words = await { nginx: configureNginx, caddy: configureCaddy }[program](folder, port, target);
  const env = { PATH: process.env.PATH, HOME: folder };
  const child = spawn(PROGRAMS[program]!, words, { stdio: 'ignore', env });
  const ended = once(child, 'exit');
  await untilListening(port, () => child.exitCode !== null);
  return {
    port,
    folder,
    certificate,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** @returns the words of its command line */
async function configureNginx(folder: string, port: number, target: number): Promise<string[]> {
  await mkdir(path.join(folder, 'temp'));
  const documented = await readFile(path.join(ROOT, 'deploy', 'nginx.conf'), 'utf8');
  const site = documented
    .replace('server 127.0.0.1:4000;', `server 127.0.0.1:${target};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replaceAll('/etc/ssl', folder)
    .replaceAll('/var/log/nginx', folder);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const settings = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
${temporary.map(name => `${name}_temp_path ${folder}/temp/${name};`).join('\n')}
${site}
}
`;
  await writeFile(path.join(folder, 'nginx.conf'), settings);
  return ['-p', folder, '-e', path.join(folder, 'error.log'), '-c', path.join(folder, 'nginx.conf')];
}

/** @returns the words of its command line */
async function configureCaddy(folder: string, port: number, target: number): Promise<string[]> {
  const documented = await readFile(path.join(ROOT, 'deploy', 'Caddyfile'), 'utf8');
  const name = path.join(folder, 'photos.example.com');
  // A certificate is there, and no port but this one is anybody's business.
  const settings = documented
    .replace('{\n', `{\n\tadmin off\n\tauto_https disable_redirects\n\thttps_port ${port}\n\tdefault_bind 127.0.0.1\n`)
    .replace('photos.example.com {', `photos.example.com {\n\ttls ${name}.pem ${name}.key`)
    .replace('127.0.0.1:4000', `127.0.0.1:${target}`)
    .replaceAll('/var/log/caddy', folder);
  await writeFile(path.join(folder, 'Caddyfile'), settings);
  return ['run', '--adapter', 'caddyfile', '--config', path.join(folder, 'Caddyfile')];
}

/** Where the file of each program looks for it, but for the folder. */
async function makeCertificate(folder: string): Promise<string> {
  const file = path.join(folder, 'photos.example.com');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${file}.key`];
  const name = ['-subj', '/CN=photos.example.com', '-addext', 'subjectAltName=DNS:photos.example.com'];
  const words = ['req', '-x509', ...key, '-days', '2', '-out', `${file}.pem`, ...name];
  execFileSync(OPENSSL!, words, { stdio: 'ignore' });
  return readFile(`${file}.pem`, 'utf8');
}

function find(program: string, version: string): string | undefined {
  for (const name of [program, `/usr/sbin/${program}`]) {
    try {
      execFileSync(name, [version], { stdio: 'ignore' });
      return name;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !hasEnded(); tries++) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await delay(20);
  }
  throw new Error('The proxy did not start; its configuration is wrong, or its port was taken.');
}
