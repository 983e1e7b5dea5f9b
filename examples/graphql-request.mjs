// graphql-request: no uploads and no subscriptions of its own, so base64 and waitSeconds. node examples/graphql-request.mjs photo.jpg
import { readFile } from 'node:fs/promises';
import { ClientError, GraphQLClient, gql } from 'graphql-request';

const url = process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000';
const key = process.env.DARKROOM_KEY;
const headers = { 'accept-language': 'zh-CN', ...(key && { authorization: `Bearer ${key}` }) };
const client = new GraphQLClient(`${url}/graphql`, { headers });

const { specs } = await client.request(gql`{ specs(search: "一寸", first: 1) { nodes { id title } } }`);
const make = gql`
  mutation ($photo: String!, $specId: ID!) {
    createIdPhoto(input: { photo: { base64: $photo }, specId: $specId }, waitSeconds: 60) {
      state
      failure { userMessage }
      photos { clean { url } }
    }
  }
`;
try {
  const photo = (await readFile(process.argv[2])).toString('base64');
  const { createIdPhoto: task } = await client.request(make, { photo, specId: specs.nodes[0].id });
  console.log(task.state, task.failure?.userMessage ?? task.photos[0].clean.url);
} catch (error) {
  if (!(error instanceof ClientError)) throw error;
  console.error(error.response.errors[0].extensions.userMessage);
  process.exitCode = 1;
}
