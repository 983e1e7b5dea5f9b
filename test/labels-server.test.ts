import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import sharp from 'sharp';
import { GeneratePaintingDocument, TaskUpdatedDocument, UploadPhotoDocument } from '../client/generated.js';
import { type DarkroomClient, RequestError } from '../client/index.js';
import { nodeClient } from './node-client.js';
import { type ServerProcess, spawnServer, temporaryFolder } from './running-server.js';

const PROVIDER = '某某照相馆';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ServerProcess;
let client: DarkroomClient;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await spawnServer(folder.path, { DARKROOM_AIGC_PROVIDER: PROVIDER });
  client = nodeClient(server.url);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: an untyped answer
const ask = (query: string, variables: object = {}): Promise<any> =>
  client.request(parse(query) as TypedDocumentNode<unknown, object>, variables);

const AIGC = 'aiLabel aigc { label contentProducer produceId contentPropagator propagateId }';
const PAINTING = { text: '睡莲', style: 'OIL_PAINTING', resolution: 'SQUARE' };

test('an upload shows its label, with the operator as the one who hands it on', async () => {
  const label = '{"Label":"2","ContentProducer":"maker","ProduceID":"7"}';
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>${label}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>`;
  const photo = sharp({ create: { width: 200, height: 200, channels: 3, background: '#864' } });
  const send = async (bytes: Buffer) => {
    const { uploadPhoto } = await client.mutate(UploadPhotoDocument, { file: new Blob([new Uint8Array(bytes)]) });
    return (await ask(`query($id: ID!) { node(id: $id) { id ... on Asset { ${AIGC} } } }`, { id: uploadPhoto.id }))
      .node;
  };
  const labelled = await send(await photo.clone().withXmp(xmp).png().toBuffer());
  const read = { label: '2', contentProducer: 'maker', produceId: '7' };
  expect(labelled).toMatchObject({
    aiLabel: true,
    aigc: [{ ...read, contentPropagator: PROVIDER, propagateId: labelled.id }],
  });
  expect(await send(await photo.png().toBuffer())).toMatchObject({ aiLabel: false, aigc: [] });
});

test('a painting names its maker and the operator; without its mark only by an agreement, which is audited', async () => {
  const ended = async (input: object) => {
    const { task } = await client.mutate(GeneratePaintingDocument, { input: { ...PAINTING, ...input } as never });
    for await (const { taskUpdated } of client.subscribe(TaskUpdatedDocument, { id: task.id, afterSequence: null }))
      if (taskUpdated.state === 'FAILED') throw new Error(JSON.stringify(taskUpdated.failure));
    const fields = `label labelAgreement images { mime url ${AIGC} }`;
    return (await ask(`query($id: ID!) { task(id: $id) { id ... on PaintingTask { ${fields} } } }`, { id: task.id }))
      .task;
  };
  const refused = await ended({ label: 'METADATA_ONLY' }).catch(error => error);
  expect(refused).toBeInstanceOf(RequestError);
  expect(refused.errors[0].extensions.fields).toMatchObject([{ path: 'input.labelAgreement', code: 'REQUIRED' }]);

  const marked = await ended({});
  const bare = await ended({ label: 'METADATA_ONLY', labelAgreement: 'A-7' });
  expect(marked).toMatchObject({ label: 'VISIBLE_AND_METADATA', labelAgreement: null });
  expect(bare).toMatchObject({ label: 'METADATA_ONLY', labelAgreement: 'A-7' });
  for (const { id, images } of [marked, bare])
    expect(images).toMatchObject([
      {
        aiLabel: true,
        aigc: [
          {
            label: '1',
            contentProducer: 'Darkroom sandbox (JUMEI_PAINTING)',
            contentPropagator: PROVIDER,
            propagateId: id,
          },
        ],
      },
    ]);
  const { auditTrail } = await ask(
    '{ auditTrail(filter: { acts: [MARK_LEFT_OUT] }) { nodes { act objectId taskId operation } } }',
  );
  expect(auditTrail.nodes).toEqual([{ act: 'MARK_LEFT_OUT', objectId: 'A-7', taskId: bare.id, operation: 'PAINTING' }]);
});
