// @darkroom/client: typed, with progress, through restarts of the server. node examples/typed-client.mjs photo.jpg
import { readFile } from 'node:fs/promises';
import { CreateIdPhotoDocument, DarkroomClient } from '@darkroom/client';
import { WebSocket } from 'ws'; // Node 20 has none of its own; browsers and Node 22 do

const client = new DarkroomClient(process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000', {
  token: process.env.DARKROOM_KEY,
  webSocketImpl: WebSocket,
});
const photo = new Blob([await readFile(process.argv[2])]);
const onProgress = ({ sentBytes, totalBytes }) => console.log(`${Math.round((100 * sentBytes) / totalBytes)} % sent`);
const input = { photo: { upload: photo }, specId: 'yi-cun-295x413' };
try {
  const { task } = await client.mutate(CreateIdPhotoDocument, { input }, { onProgress });
  const ended = await client.finish(task.id, ({ state, stage }) => console.log(state, stage));
  console.log(ended.photos[0].clean.url);
} catch (error) {
  console.error(error.code, error.userMessage);
  process.exitCode = 1;
}
await client.close();
