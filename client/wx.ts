/** Of `wx`, what is used here (developers.weixin.qq.com/miniprogram/dev/api/network). */
export interface Wx {
  request(options: {
    url: string;
    method: 'POST';
    data: string;
    header: Readonly<Record<string, string>>;
    dataType: string;
    success(answer: { statusCode: number; data: unknown }): void;
    fail(reason: unknown): void;
  }): { abort(): void };
  uploadFile(options: {
    url: string;
    filePath: string;
    name: string;
    formData: Readonly<Record<string, string>>;
    header: Readonly<Record<string, string>>;
    success(answer: { statusCode: number; data: string }): void;
    fail(reason: unknown): void;
  }): {
    abort(): void;
    onProgressUpdate(listener: (told: { totalBytesSent: number; totalBytesExpectedToSend: number }) => void): void;
  };
  downloadFile(options: {
    url: string;
    header: Readonly<Record<string, string>>;
    success(answer: { statusCode: number; tempFilePath: string }): void;
    fail(reason: unknown): void;
  }): unknown;
  connectSocket(options: { url: string; protocols: string[]; fail(reason: unknown): void }): WxSocketTask | undefined;
  getFileSystemManager(): {
    readFile(options: {
      filePath: string;
      encoding: 'utf8';
      success(read: { data: string }): void;
      fail(reason: unknown): void;
    }): void;
  };
  onAppShow(listener: () => void): void;
  onAppHide(listener: () => void): void;
}

export interface WxSocketTask {
  send(options: { data: string }): void;
  close(options: { code: number; reason: string }): void;
  onOpen(listener: () => void): void;
  onMessage(listener: (message: { data: unknown }) => void): void;
  onError(listener: (reason: { errMsg: string }) => void): void;
  onClose(listener: (event: { code: number; reason: string }) => void): void;
}

/** A socket of `wx` as browsers have it, as far as graphql-ws uses it. */
export class WxSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState: number = WxSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onerror: ((error: Error) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly #task: WxSocketTask | undefined;

  constructor(wx: Wx, url: string, protocol: string) {
    // The sixth socket fails here, and a domain that the mini-program does not list.
    const fail = () => this.#end({ code: 1006, reason: 'no socket' });
    this.#task = wx.connectSocket({ url, protocols: [protocol], fail });
    this.#task?.onOpen(() => {
      this.readyState = WxSocket.OPEN;
      this.onopen?.();
    });
    this.#task?.onMessage(({ data }) => this.onmessage?.({ data }));
    this.#task?.onError(({ errMsg }) => this.#end({ code: 1006, reason: errMsg }));
    this.#task?.onClose(event => this.#end(event));
  }

  send(data: string): void {
    this.#task?.send({ data });
  }

  close(code: number, reason: string): void {
    this.readyState = WxSocket.CLOSING;
    this.#task?.close({ code, reason });
  }

  /** Once: an error is followed by a close on some platforms, and not on others. */
  #end(event: { code: number; reason: string }): void {
    if (this.readyState === WxSocket.CLOSED) return;
    this.readyState = WxSocket.CLOSED;
    // `fail` can come before whoever made the socket listens.
    Promise.resolve().then(() => this.onclose?.(event));
  }
}
