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

/** A reverse proxy for HTTP and WebSockets. */
export async function startProxy(target: number, host: HostHandling): Promise<ReverseProxy> {
  const onward = (headers: IncomingHttpHeaders) =>
    host === 'kept' ? headers : { ...headers, host: `127.0.0.1:${target}` };
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

/** Whether this machine has it, e.g. by `apt-get install nginx-light`. */
export const hasNginx = findNginx() !== undefined;

/** The real nginx with docs/nginx.conf, but for TLS, the address of Darkroom and the places of its files. */
export async function startNginx(target: number): Promise<ReverseProxy & { readonly folder: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-nginx-'));
  const port = await freePort();
  await mkdir(path.join(folder, 'temp'));
  const documented = await readFile(path.join(ROOT, 'docs', 'nginx.conf'), 'utf8');
  const site = documented
    .replace('server 127.0.0.1:4000;', `server 127.0.0.1:${target};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace(/^ {2}ssl_.*\n/gm, '')
    .replace('/var/log/nginx/darkroom.log', path.join(folder, 'access.log'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const settings = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
${temporary.map(name => `${name}_temp_path ${folder}/temp/${name};`).join('\n')}
${site}
}
`;
  await writeFile(path.join(folder, 'nginx.conf'), settings);
  const words = ['-p', folder, '-e', path.join(folder, 'error.log'), '-c', path.join(folder, 'nginx.conf')];
  const child = spawn(findNginx()!, words, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await untilListening(port, () => child.exitCode !== null);
  return {
    port,
    folder,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function findNginx(): string | undefined {
  for (const name of ['nginx', '/usr/sbin/nginx']) {
    try {
      execFileSync(name, ['-v'], { stdio: 'ignore' });
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
  throw new Error('nginx did not start; its configuration is wrong, or its port was taken.');
}
