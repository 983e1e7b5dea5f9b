// Relay: an upload as `uploadables`, a subscription by graphql-ws. node examples/relay.mjs photo.jpg
import { readFile } from 'node:fs/promises';
import { createClient } from 'graphql-ws';
import relay from 'relay-runtime';
import { WebSocket } from 'ws'; // Node 20 has none of its own; browsers and Node 22 do
import followTask from './relay/documentsFollowSubscription.graphql.js';
import makePhoto from './relay/documentsMakeMutation.graphql.js';

const url = `${process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000'}/graphql`;
const authorization = process.env.DARKROOM_KEY && `Bearer ${process.env.DARKROOM_KEY}`;
const connectionParams = { authorization };
const socket = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams });

async function post({ text: query }, variables, _cache, files = {}) {
  const body = new FormData();
  body.set('operations', JSON.stringify({ query, variables }));
  body.set('map', JSON.stringify(Object.fromEntries(Object.keys(files).map(path => [path, [`variables.${path}`]]))));
  for (const [path, file] of Object.entries(files)) body.set(path, file);
  const headers = { 'graphql-require-preflight': '1', ...(authorization && { authorization }) };
  const answer = await (await fetch(url, { method: 'POST', headers, body })).json();
  if (answer.errors) throw new Error(answer.errors[0].extensions.userMessage);
  return answer;
}
const subscribe = ({ text: query }, variables) =>
  relay.Observable.create(sink => socket.subscribe({ query, variables }, sink));
const network = relay.Network.create(post, subscribe);
const environment = new relay.Environment({ network, store: new relay.Store(new relay.RecordSource()) });

const uploadables = { 'input.photo.upload': new Blob([await readFile(process.argv[2])]) };
const variables = { input: { photo: { upload: null }, specId: 'yi-cun-295x413' } };
relay.commitMutation(environment, {
  ...{ mutation: makePhoto, variables, uploadables, onError: console.error },
  onCompleted: ({ task: { id } }) =>
    relay.requestSubscription(environment, {
      ...{ subscription: followTask, variables: { id }, onError: console.error },
      onNext: ({ taskUpdated: { state, photos } }) => console.log(state, photos?.[0]?.clean.url ?? ''),
    }),
});
