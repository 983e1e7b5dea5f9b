import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import {
  DeleteTaskDocument,
  EraseDocument,
  ExportPersonDocument,
  TaskUpdatedDocument,
  VerifyFaceDocument,
  VerifyReceiptDocument,
} from '../client/generated.js';
import { ROOT } from '../src/kernel/paths.js';
import { nodeClient } from './node-client.js';
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
    const client = nodeClient(server.url);
    const texts = [...Object.values(PERSON), ...Object.values(UNKNOWN)];
    const verify = (person: typeof PERSON) =>
      client.mutate(VerifyFaceDocument, {
        input: {
          ...person,
          photo: { base64: PORTRAIT.toString('base64') },
          consent: { reference: 'R-1', purpose: '入职', noticeVersion: '1' },
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
      .mutate(VerifyFaceDocument, {
        input: {
          ...PERSON,
          idNumber: `${PERSON.idNumber.slice(0, -1)}7`,
          photo: { base64: PORTRAIT.toString('base64') },
          consent: { reference: 'R-1', purpose: '入职', noticeVersion: '1' },
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
}, 150_000);

test('audit trail, receipts and log name nobody: no name, no number, no reference, no words of a consent', async () => {
  const folder = await temporaryFolder();
  const server = await spawnServer(folder.path, { DARKROOM_LOG_LEVEL: 'trace', DARKROOM_SANDBOX: 'on' });
  try {
    const client = nodeClient(server.url);
    const canaries = { reference: '工号钟离匿名-7731', proof: '同意书-钟离-8842', purpose: '入职核验-9953' };
    const texts = [...Object.values(PERSON), ...Object.values(canaries)];
    const ask = <T>(document: string, variables: object = {}) =>
      client.request(parse(document) as TypedDocumentNode<T, object>, variables);
    const verify = async () => {
      const { task } = await client.mutate(VerifyFaceDocument, {
        input: {
          ...PERSON,
          photo: { base64: PORTRAIT.toString('base64') },
          reference: canaries.reference,
          consent: { reference: canaries.proof, purpose: canaries.purpose, noticeVersion: '1' },
          vendor: 'SANDBOX',
        },
      });
      for await (const _ of client.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null }));
      return task.id;
    };
    const ids = [await verify(), await verify()];
    // What is kept of the person has all that is the person's own, and no name and no number.
    const exportPerson = (await client.request(ExportPersonDocument, { reference: canaries.reference })).exportPerson!;
    expect(exportPerson).toMatchObject({ complete: true, assets: [] });
    expect(exportPerson.tasks.map(({ id }) => id)).toEqual(ids);
    expect(exportPerson.consents[0]).toMatchObject({ reference: canaries.proof, purpose: canaries.purpose });
    expect(exportPerson.audit.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['TASK_CREATED', 'FACE_VERIFIED', 'PERSON_EXPORTED']),
    );
    expect(Object.values(PERSON).filter(text => JSON.stringify(exportPerson).includes(text))).toEqual([]);

    const { deleteTask } = await client.mutate(DeleteTaskDocument, { id: ids[0]! });
    expect(deleteTask).toMatchObject({ id: ids[0], receipt: { taskIds: [ids[0]], complete: true } });
    const { erase } = await client.mutate(EraseDocument, { reference: canaries.reference });
    expect(erase).toMatchObject({ taskIds: [ids[1]], vendors: [{ vendor: 'FEGINE', sandbox: true }], complete: true });
    const { verifyReceipt } = await client.request(VerifyReceiptDocument, { jws: erase.jws });
    expect(verifyReceipt?.valid).toBe(true);
    const { auditTrail } = await ask<{ auditTrail: { nodes: { act: string }[] } }>(
      '{ auditTrail(first: 200) { nodes { number at act actorKind actorId operation taskId objectId subject outcome hash } } }',
    );
    expect(auditTrail.nodes.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['TASK_ERASED', 'REFERENCE_ERASED', 'PHOTO_UPLOADED', 'PHOTO_ERASED']),
    );
    const told = JSON.stringify([deleteTask, erase, verifyReceipt, auditTrail]);
    const receipts = [deleteTask.receipt.jws, erase.jws].map(jws =>
      Buffer.from(jws.split('.')[1]!, 'base64url').toString('utf8'),
    );
    expect(texts.filter(text => [told, ...receipts].some(place => place.includes(text)))).toEqual([]);
    await server.kill('SIGTERM');
    expect(texts.filter(text => server.log().includes(text))).toEqual([]);
    // The search itself can find.
    expect(server.log()).toContain(ids[0]);
  } finally {
    await server.kill('SIGKILL');
    await folder.remove();
  }
}, 150_000);
