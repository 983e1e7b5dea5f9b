import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../src/kernel/paths.js';
import { findIn } from '../personal-traces.js';
import { type ServerProcess, spawnServer, temporaryFolder } from '../running-server.js';
import type { Row } from './row.js';

const PORTRAIT = readFileSync(path.join(ROOT, 'test', 'fixtures', 'astronaut.png')).toString('base64');
const MAINTAIN = path.join(ROOT, 'dist', 'src', 'maintenance', 'maintain.js');
/** What the sandbox answers of these: one is the same person, one is nobody in the register. */
const PERSONS = [
  { name: '钟离匿名', idNumber: '110101190001010006' },
  { name: '试无号', idNumber: '110101190001010014' },
];
const PROOF = 'erased proof of a consent';
/** A sealed text. */
const SEALED = /v\d+\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{20,}/;

/** Persons whose faces were verified and photos made, who are then erased: nothing of them is in the directory or in a backup. */
export async function erasedRow(count: number): Promise<Row> {
  const folder = await temporaryFolder();
  const target = await temporaryFolder();
  const server = await spawnServer(folder.path, { DARKROOM_SANDBOX: 'on', DARKROOM_LOG_LEVEL: 'trace' });
  try {
    const failures: string[] = [];
    const references = Array.from({ length: count }, (_, index) => `erased canary ${index}.`);
    for (const [index, reference] of references.entries()) {
      const ids = [await verify(server, index, reference), await makePhoto(server, reference)];
      for (const id of ids) await untilEnded(server, id);
      const { erase } = await ask(server, 'mutation ($r: String!) { erase(reference: $r) { taskIds complete } }', {
        r: reference,
      });
      if (!erase.complete || erase.taskIds.length !== 2) failures.push(`${reference} ${JSON.stringify(erase)}`);
    }
    await server.kill('SIGTERM');
    const backup = path.join(target.path, 'backup');
    const environment = { PATH: process.env.PATH, DARKROOM_DATA_DIR: folder.path };
    await promisify(execFile)(process.execPath, [MAINTAIN, 'backup', backup], { env: environment });

    const personal = PERSONS.flatMap(person => Object.values(person));
    failures.push(...findIn(folder.path, server.log(), personal).map(place => `directory or log: ${place}`));
    const texts = [...personal, ...references, PROOF];
    failures.push(...findIn(backup, '', texts).map(place => `backup: ${place}`));
    for (const place of [folder.path, backup])
      for (const file of filesUnder(path.join(place, 'assets')))
        if (path.basename(file).startsWith('asset_')) failures.push(`a picture is left: ${path.relative(place, file)}`);
    for (const file of filesUnder(backup))
      if (SEALED.test(readFileSync(file, 'latin1'))) failures.push(`a sealed text is left: ${file}`);
    return {
      what: 'erased persons',
      count,
      failures,
      measured: `${filesUnder(folder.path).length} files of the directory, ${filesUnder(backup).length} of a backup, and the log`,
    };
  } finally {
    await server.kill('SIGKILL');
    await folder.remove();
    await target.remove();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each place knows what it asked for
async function ask(server: ServerProcess, query: string, variables: object): Promise<Record<string, any>> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: object; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Purpose and notice of a consent are kept as evidence, without whose it was. */
const consent = { reference: PROOF, purpose: 'a test', noticeVersion: '1' };

async function verify(server: ServerProcess, index: number, reference: string): Promise<string> {
  const person = PERSONS[index % PERSONS.length];
  const input = { ...person, reference, consent, vendor: 'SANDBOX', photo: { base64: PORTRAIT } };
  const query = 'mutation ($input: VerifyFaceInput!) { verifyFace(input: $input) { id } }';
  return (await ask(server, query, { input })).verifyFace.id;
}

async function makePhoto(server: ServerProcess, reference: string): Promise<string> {
  const input = { specId: 'yi-cun-295x413', vendor: 'LOCAL', reference, consent, photo: { base64: PORTRAIT } };
  const query = 'mutation ($input: CreateIdPhotoInput!) { createIdPhoto(input: $input) { id } }';
  return (await ask(server, query, { input })).createIdPhoto.id;
}

async function untilEnded(server: ServerProcess, id: string): Promise<void> {
  for (let tries = 0; tries < 4_000; tries++) {
    const { task } = await ask(server, 'query ($id: ID!) { task(id: $id) { endedAt } }', { id });
    if (task.endedAt !== null) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`${id} did not end`);
}

function filesUnder(folder: string): string[] {
  // A backup without pictures has no folder for them.
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}
