// fetch and graphql-ws, nothing else. node examples/plain.mjs photo.jpg
import { readFile } from 'node:fs/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws'; // Node 20 has none of its own; browsers and Node 22 do

const url = process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000';
const key = process.env.DARKROOM_KEY; // dk_…, where the server has keys
const authorization = key && `Bearer ${key}`;

const form = new FormData();
const query = `mutation ($photo: Upload!) {
  task: createIdPhoto(input: { photo: { upload: $photo }, specId: "yi-cun-295x413" }) { id }
}`;
form.set('operations', JSON.stringify({ query, variables: { photo: null } }));
form.set('map', '{"0":["variables.photo"]}');
form.set('0', new Blob([await readFile(process.argv[2])]), 'photo');
const headers = { 'graphql-require-preflight': '1', ...(key && { authorization }) };
const { data, errors } = await (await fetch(`${url}/graphql`, { method: 'POST', headers, body: form })).json();
if (errors) throw new Error(errors[0].extensions.userMessage);

const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const subscription = `subscription ($id: ID!) {
  taskUpdated(id: $id) { state stage failure { userMessage } ... on IdPhotoTask { photos { clean { url } } } }
}`;
for await (const event of client.iterate({ query: subscription, variables: { id: data.task.id } })) {
  const { state, stage, failure, photos } = event.data.taskUpdated;
  console.log(state, failure?.userMessage ?? photos?.[0]?.clean.url ?? stage);
}
