// Apollo Client 4 with uploads and subscriptions. node examples/apollo-client.mjs photo.jpg
import { readFile } from 'node:fs/promises';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { possibleTypes } from '@darkroom/client';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws'; // Node 20 has none of its own; browsers and Node 22 do

const url = `${process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000'}/graphql`;
const authorization = process.env.DARKROOM_KEY && `Bearer ${process.env.DARKROOM_KEY}`;
const headers = { 'apollo-require-preflight': '1', ...(authorization && { authorization }) };
const socket = createClient({
  url: url.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const isSubscription = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
const link = ApolloLink.split(isSubscription, new GraphQLWsLink(socket), new UploadHttpLink({ uri: url, headers }));
const client = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });

const photo = new File([await readFile(process.argv[2])], 'photo');
const mutation = gql`mutation ($photo: Upload!) {
  task: createIdPhoto(input: { photo: { upload: $photo }, specId: "yi-cun-295x413" }) { id state }
}`;
const query = gql`subscription ($id: ID!) {
  taskUpdated(id: $id) { id state failure { userMessage } ... on IdPhotoTask { photos { id clean { id url } } } }
}`;
try {
  const { data } = await client.mutate({ mutation, variables: { photo } });
  const tasks = client.subscribe({ query, variables: { id: data.task.id } });
  await tasks.forEach(({ data: { taskUpdated: task } }) => {
    console.log(task.state, task.photos?.[0]?.clean.url ?? '');
  });
} catch (error) {
  console.error(CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.userMessage : error);
  process.exitCode = 1;
}
client.stop();
