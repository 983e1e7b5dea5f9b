import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import WebSocket from 'ws';
import type { Wx, WxSocketTask } from '../client/wx.js';

const MOST_SOCKETS = 5;
const MOST_REQUESTS = 10;

export interface WxShim extends Wx {
  hide(): void;
  show(): void;
  /** How many sockets are open, and the most that were. */
  readonly sockets: { open: number; most: number };
  readonly shown: boolean;
}

/**
 * The network of a WeChat mini-program, with its limits as its documentation has them: listed domains alone (here one
 * origin), five sockets, ten requests and ten uploads at a time, one file an upload, form fields that are texts, no Referer, nothing
 * sent in the background, and there the system closes the sockets. An answer of any status is a success.
 */
export function wxShim(origin: string, folder: string): WxShim {
  const sockets = { open: 0, most: 0 };
  const live = new Set<WebSocket>();
  const listeners = { show: [] as (() => void)[], hide: [] as (() => void)[] };
  let shown = true;
  let running = 0;

  /** What the platform refuses, as the `errMsg` of `fail`. */
  const refusal = (url: string, name: string, header: object = {}) => {
    if (new URL(url).origin.replace(/^ws/, 'http') !== origin) return `${name}:fail url not in domain list`;
    if (Object.keys(header).some(key => key.toLowerCase() === 'referer')) return `${name}:fail referer`;
    if (!shown) return `${name}:fail interrupted`;
    return running >= MOST_REQUESTS ? `${name}:fail exceed max task count` : undefined;
  };
  const run = (
    name: string,
    url: string,
    header: object,
    fail: (reason: unknown) => void,
    work: () => Promise<void>,
  ) => {
    const errMsg = refusal(url, name, header);
    if (errMsg) return void setTimeout(() => fail({ errMsg }), 0);
    running++;
    work()
      .catch(() => fail({ errMsg: `${name}:fail` }))
      .finally(() => running--);
  };

  return {
    sockets,
    get shown() {
      return shown;
    },
    hide() {
      shown = false;
      for (const listener of listeners.hide) listener();
      for (const socket of live) socket.terminate();
    },
    show() {
      shown = true;
      for (const listener of listeners.show) listener();
    },
    onAppShow: listener => void listeners.show.push(listener),
    onAppHide: listener => void listeners.hide.push(listener),

    request({ url, data, header, success, fail }) {
      const end = new AbortController();
      run('request', url, header, fail, async () => {
        const answer = await fetch(url, { method: 'POST', headers: header, body: data, signal: end.signal });
        success({ statusCode: answer.status, data: await answer.text() });
      });
      return { abort: () => end.abort() };
    },

    uploadFile({ url, filePath, name, formData, header, success, fail }) {
      const end = new AbortController();
      let tell: (told: { totalBytesSent: number; totalBytesExpectedToSend: number }) => void = () => {};
      run('uploadFile', url, header, fail, async () => {
        const form = new FormData();
        for (const [field, value] of Object.entries(formData)) {
          if (typeof value !== 'string') throw new TypeError('formData');
          form.append(field, value);
        }
        const bytes = readFileSync(filePath);
        form.append(name, new Blob([bytes]), path.basename(filePath));
        const answer = await fetch(url, { method: 'POST', headers: header, body: form, signal: end.signal });
        tell({ totalBytesSent: bytes.length, totalBytesExpectedToSend: bytes.length });
        success({ statusCode: answer.status, data: await answer.text() });
      });
      return {
        abort: () => end.abort(),
        onProgressUpdate: listener => {
          tell = listener;
        },
      };
    },

    downloadFile({ url, header, success, fail }) {
      run('downloadFile', url, header, fail, async () => {
        const answer = await fetch(url, { headers: header });
        const tempFilePath = path.join(folder, `tmp-${Math.random().toString(36).slice(2)}.jpg`);
        await writeFile(tempFilePath, Buffer.from(await answer.arrayBuffer()));
        success({ statusCode: answer.status, tempFilePath });
      });
    },

    getFileSystemManager: () => ({
      readFile: ({ filePath, success }) => success({ data: readFileSync(filePath, 'utf8') }),
    }),

    connectSocket({ url, protocols, fail }) {
      const errMsg = sockets.open >= MOST_SOCKETS ? 'connectSocket:fail' : refusal(url, 'connectSocket');
      if (errMsg) {
        setTimeout(() => fail({ errMsg }), 0);
        return undefined;
      }
      const socket = new WebSocket(url, protocols);
      live.add(socket);
      sockets.most = Math.max(sockets.most, ++sockets.open);
      socket.on('close', () => {
        live.delete(socket);
        sockets.open--;
      });
      return taskOf(socket);
    },
  };
}

function taskOf(socket: WebSocket): WxSocketTask {
  return {
    send: ({ data }) => socket.send(data),
    close: ({ code, reason }) => socket.close(code, reason),
    onOpen: listener => void socket.on('open', listener),
    onMessage: listener => void socket.on('message', data => listener({ data: String(data) })),
    onError: listener => void socket.on('error', error => listener({ errMsg: error.message })),
    onClose: listener => void socket.on('close', (code, reason) => listener({ code, reason: String(reason) })),
  };
}
