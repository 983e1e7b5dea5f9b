// A WeChat mini-program; the page in Chinese is docs/mini-program.zh-CN.md. Here `wx` is given by whoever imports this.
import { MiniProgramClient } from '@darkroom/client/mini-program';

/**
 * What a page does once the person has chosen a photo.
 * @param wx the global of mini-programs
 * @param token a photo link, which your own server asked for with its key
 * @param show is told what to show
 */
export async function makePhoto(wx, { url, token, tempFilePath }, show) {
  const client = new MiniProgramClient(url, wx, { token });
  try {
    const made = await client.make(
      'usePhotoLink',
      tempFilePath,
      {},
      {
        onProgress: ({ sentBytes, totalBytes }) => show(`上传 ${Math.round((100 * sentBytes) / totalBytes)}%`),
      },
    );
    const task = await client.finish(made.id, ({ state }) => show(state));
    return await client.downloadFile(task.photos[0].clean.url);
  } catch (error) {
    show(error.userMessage);
    throw error;
  }
}
