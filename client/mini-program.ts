import { type ClientOptions, DarkroomClient } from './client.js';
import { RequestError } from './errors.js';
import type {
  ChangeBackgroundInput,
  CheckPhotoInput,
  CreateIdPhotoInput,
  PictureFragment,
  RestorePhotoInput,
  UsePhotoLinkInput,
} from './generated.js';
import type { Incoming, SendOptions, Transport } from './transport.js';
import { type Wx, WxSocket } from './wx.js';

/** What POST /photos makes of a file, and what it takes beside it. */
export interface PhotoForms {
  createIdPhoto: Omit<CreateIdPhotoInput, 'photo'>;
  checkPhoto: Omit<CheckPhotoInput, 'photo'>;
  changeBackground: Omit<ChangeBackgroundInput, 'photo'>;
  restorePhoto: Omit<RestorePhotoInput, 'photo'>;
  usePhotoLink: Omit<UsePhotoLinkInput, 'photo'>;
}

/** A task as POST /photos answers it; `follow` and `finish` tell the rest. */
export interface MadeTask {
  readonly id: string;
  readonly state: string;
  readonly sequence: number;
}

/**
 * The client in a WeChat mini-program: `wx.request`, `wx.uploadFile`, and one of the five sockets. In the background the
 * socket is closed, as the system would do, and what is followed goes on in the foreground where it was. All goes to one
 * origin. No API key belongs into a mini-program: give it a photo link or a task token.
 */
export class MiniProgramClient extends DarkroomClient {
  readonly #wx: Wx;

  constructor(url: string, wx: Wx, options: Pick<ClientOptions, 'token' | 'language' | 'pollMs'> = {}) {
    const stage = new Stage();
    const webSocketImpl = class extends WxSocket {
      constructor(target: string, protocol: string) {
        super(wx, target, protocol);
      }
    };
    const whenActive = () => stage.whenShown();
    super(url, { language: 'zh-CN', ...options, transport: transportOf(wx), webSocketImpl, whenActive });
    this.#wx = wx;
    wx.onAppHide(() => {
      stage.hide();
      this.reconnect();
    });
    wx.onAppShow(() => stage.show());
  }

  /** Keeps a photo. `filePath` as `wx.chooseMedia` gives it. Throws RequestError, ConnectionError. */
  async uploadFile(filePath: string, options: SendOptions = {}): Promise<PictureFragment> {
    return this.#send<PictureFragment>(filePath, {}, options);
  }

  /** Makes a photo of a file in one request. Throws RequestError, ConnectionError. */
  async make<Operation extends keyof PhotoForms>(
    operation: Operation,
    filePath: string,
    input: PhotoForms[Operation],
    options: SendOptions = {},
  ): Promise<MadeTask> {
    return this.#send<MadeTask>(filePath, { operation, input: JSON.stringify(input) }, options);
  }

  /** Downloads a picture; gives the path of a temporary file, for `wx.saveImageToPhotosAlbum`. Throws RequestError, ConnectionError. */
  async downloadFile(url: string): Promise<string> {
    // The link is signed: it needs no token.
    const header = { 'accept-language': (await this.headers())['accept-language']! };
    const { statusCode, tempFilePath } = await this.reached(
      new Promise<{ statusCode: number; tempFilePath: string }>((success, fail) => {
        this.#wx.downloadFile({ url, header, success, fail });
      }),
      undefined,
    );
    if (statusCode === 200) return tempFilePath;
    // The file holds the error.
    const text = await this.reached(
      new Promise<string>((resolve, fail) => {
        const success = ({ data }: { data: string }) => resolve(data);
        this.#wx.getFileSystemManager().readFile({ filePath: tempFilePath, encoding: 'utf8', success, fail });
      }),
      undefined,
    );
    throw new RequestError(this.read({ status: statusCode, text }).errors);
  }

  async #send<Made>(filePath: string, formData: Record<string, string>, options: SendOptions): Promise<Made> {
    const header = await this.headers();
    const { signal, onProgress } = options;
    const sent = new Promise<Incoming>((resolve, reject) => {
      const task = this.#wx.uploadFile({
        url: `${this.url}/photos`,
        filePath,
        name: 'photo',
        formData,
        header,
        success: ({ statusCode, data }) => resolve({ status: statusCode, text: data }),
        fail: reject,
      });
      task.onProgressUpdate(({ totalBytesSent, totalBytesExpectedToSend }) =>
        onProgress?.({ sentBytes: totalBytesSent, totalBytes: totalBytesExpectedToSend }),
      );
      signal?.addEventListener('abort', () => task.abort());
    });
    const { status, text } = await this.reached(sent, signal);
    const answer = status === 201 ? { text: `{"data":${text}}` } : { text };
    const { data, errors } = this.read<Made>({ status, ...answer });
    if (data === null) throw new RequestError(errors);
    return data;
  }
}

/** Bodies are JSON here: files go by `wx.uploadFile`. */
function transportOf(wx: Wx): Transport {
  return ({ url, headers, body }, { signal }) =>
    new Promise((resolve, reject) => {
      if (typeof body !== 'string') throw new TypeError('a mini-program sends files by uploadFile and make');
      const task = wx.request({
        url,
        method: 'POST',
        data: body,
        header: headers,
        // Else it would be parsed, and numbers that are texts with it.
        dataType: 'text',
        success: ({ statusCode, data }) =>
          resolve({ status: statusCode, text: typeof data === 'string' ? data : JSON.stringify(data) }),
        fail: reject,
      });
      signal?.addEventListener('abort', () => task.abort());
    });
}

/** Whether somebody sees the mini-program. */
class Stage {
  #shown: Promise<void> = Promise.resolve();
  #show: () => void = () => {};

  hide(): void {
    this.#show();
    this.#shown = new Promise(resolve => {
      this.#show = resolve;
    });
  }

  show(): void {
    this.#show();
  }

  whenShown(): Promise<void> {
    return this.#shown;
  }
}
