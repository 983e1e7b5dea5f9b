// urql with graphcache: the cache keeps the task by its id, so a change of it reaches each query. node examples/urql.mjs photo.jpg
import { readFile } from 'node:fs/promises';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws'; // Node 20 has none of its own; browsers and Node 22 do

const url = `${process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000'}/graphql`;
const authorization = process.env.DARKROOM_KEY && `Bearer ${process.env.DARKROOM_KEY}`;
const socket = createClient({
  url: url.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const forwardSubscription = ({ query, variables }) => ({
  subscribe: sink => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
});
const client = new Client({
  url,
  preferGetMethod: false,
  fetchOptions: { headers: { 'graphql-require-preflight': '1', ...(authorization && { authorization }) } },
  exchanges: [cacheExchange({}), fetchExchange, subscriptionExchange({ forwardSubscription })],
});

const photo = new File([await readFile(process.argv[2])], 'photo');
const make = `mutation ($photo: Upload!) {
  task: createIdPhoto(input: { photo: { upload: $photo }, specId: "yi-cun-295x413" }) { id state }
}`;
const follow = `subscription ($id: ID!) {
  taskUpdated(id: $id) { id state ... on IdPhotoTask { photos { id clean { id url } } } }
}`;
const { data, error } = await client.mutation(make, { photo });
if (error) throw new Error(error.graphQLErrors[0]?.extensions.userMessage ?? error.message);
client.subscription(follow, { id: data.task.id }).subscribe(({ data: event, error: refusal }) => {
  const { state, photos } = event?.taskUpdated ?? {};
  console.log(state ?? refusal.message, photos?.[0]?.clean.url ?? '');
});
