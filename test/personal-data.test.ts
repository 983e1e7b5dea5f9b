import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { DarkroomClient } from '../client/client.js';
import { TaskUpdatedDocument, VerifyFaceDocument } from '../client/generated.js';
import { ROOT } from '../src/kernel/paths.js';
import { findIn } from './personal-traces.js';
import { spawnServer, temporaryFolder } from './running-server.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png'));
/** Nobody's: born in 1900. Another name than any in the sources, so that what is found came from the request. */
const PERSON = { name: '钟离匿名', idNumber: '110101190001010006' };
/** The sandbox finds no record of these: a failure has more to say, and so more to leak. */
const UNKNOWN = { name: '试无号', idNumber: '110101190001010014' };

test('the name and the ID number of verifyFace stand neither in the data directory nor in the log, while the task is open or after it', async () => {
  const folder = await temporaryFolder();
  const server = await spawnServer(folder.path, { DARKROOM_LOG_LEVEL: 'trace', DARKROOM_SANDBOX: 'on' });
  try {
    const client = new DarkroomClient(server.url);
    const texts = [...Object.values(PERSON), ...Object.values(UNKNOWN)];
    const verify = (person: typeof PERSON) =>
      client.request(VerifyFaceDocument, {
        input: {
          ...person,
          photo: { base64: PORTRAIT.toString('base64') },
          consent: { reference: 'R-1', purpose: '入职' },
          vendor: 'SANDBOX',
        },
      });
    const ids: string[] = [];
    for (const person of [PERSON, UNKNOWN]) ids.push((await verify(person)).task.id);
    expect(findIn(folder.path, server.log(), texts)).toEqual([]);

    const states: string[] = [];
    for (const id of ids) {
      let state = '';
      for await (const { taskUpdated } of client.subscribe(TaskUpdatedDocument, { id, afterSequence: null }))
        state = taskUpdated.state;
      states.push(state);
    }
    expect(states).toEqual(['SUCCEEDED', 'FAILED']);
    // A request that is refused says what is wrong, not with what.
    const refused = await client
      .request(VerifyFaceDocument, {
        input: {
          ...PERSON,
          idNumber: `${PERSON.idNumber.slice(0, -1)}7`,
          photo: { base64: PORTRAIT.toString('base64') },
          consent: { reference: 'R-1', purpose: '入职' },
          vendor: 'SANDBOX',
        },
      })
      .then(
        () => '',
        error => JSON.stringify(error.errors),
      );
    expect(refused).toContain('input.idNumber');
    expect(refused).not.toContain(PERSON.idNumber.slice(0, -1));

    const answered = await client.request(
      parse(
        'query ($id: ID!) { task(id: $id) { id state failure { code message userMessage vendorCode } } }',
      ) as TypedDocumentNode<unknown, object>,
      { id: ids[1] },
    );
    expect(texts.filter(text => JSON.stringify(answered).includes(text))).toEqual([]);
    await server.kill('SIGTERM');
    expect(findIn(folder.path, server.log(), texts)).toEqual([]);
    // The search itself can find: the consent is kept in plain words.
    expect(findIn(folder.path, server.log(), ['入职'])).not.toEqual([]);
  } finally {
    await server.kill('SIGKILL');
    await folder.remove();
  }
}, 60_000);
