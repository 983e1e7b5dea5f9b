import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));

interface Update {
  id: string;
  state: string;
  sequence: number;
}

/** Has a server make an ID photo by itself, and follows it to its end. */
export async function makeIdPhoto(url: string): Promise<Update> {
  const client = nodeClient(url);
  const create = parse('mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }');
  const { createIdPhoto } = await client.request(
    create as TypedDocumentNode<{ createIdPhoto: { id: string } }, object>,
    {
      input: { photo: { upload: new Blob([PORTRAIT]) }, specId: 'yi-cun-295x413' },
    },
  );
  const follow = parse('subscription ($id: ID!) { taskUpdated(id: $id) { id state sequence } }');
  let last: Update | undefined;
  for await (const { taskUpdated } of client.subscribe(follow as TypedDocumentNode<{ taskUpdated: Update }, object>, {
    id: createIdPhoto.id,
  }))
    last = taskUpdated;
  return last!;
}
