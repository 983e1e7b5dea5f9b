import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import WebSocket from 'ws';
import { z } from 'zod';
import {
  CheckPhotoDocument,
  CreateIdPhotoDocument,
  DarkroomClient,
  DarkroomError,
  FindSpecsDocument,
} from '../client/index.js';

/**
 * The door for assistants: the Model Context Protocol over stdio. It runs beside the assistant, on its person's machine,
 * reads the photo files that it is named, and asks a running server with the key of DARKROOM_KEY.
 */
const client = new DarkroomClient(process.env.DARKROOM_URL ?? 'http://127.0.0.1:4000', {
  token: process.env.DARKROOM_KEY,
  language: process.env.DARKROOM_LANGUAGE ?? 'en',
  webSocketImpl: WebSocket,
});
const server = new McpServer({ name: 'darkroom', version: '0.1.0' });

const PHOTO = z.string().describe('The path of a JPEG, PNG or WebP file with one person.');
const SPEC_ID = z.string().describe('The id of a spec, from find_spec.');
const PATIENCE = { patienceSeconds: 30 };

server.registerTool(
  'find_spec',
  {
    title: 'Find the size of an ID photo',
    description:
      'Searches the sizes of ID photos by a title, a document, what people call it, or its size: `一寸`, `us visa`, `295x413`, `35x45mm`.',
    inputSchema: { search: z.string().max(100).describe('What to search for.') },
    annotations: { readOnlyHint: true },
  },
  async ({ search }) => answer(async () => (await client.request(FindSpecsDocument, { search, first: 10 })).specs),
);

server.registerTool(
  'check_photo',
  {
    title: 'Check an ID photo',
    description:
      'Says how a photo stands to what its office asks: each check with its verdict and what to do. Changes nothing.',
    inputSchema: {
      photo: PHOTO,
      specId: SPEC_ID,
      stage: z
        .enum(['FINISHED', 'SOURCE'])
        .describe('FINISHED: a photo to be handed in. SOURCE: one to make an ID photo of.'),
    },
    annotations: { readOnlyHint: true },
  },
  async ({ photo, specId, stage }) =>
    answer(async () => {
      const input = { photo: { upload: await read(photo) }, specId, stage };
      const { task } = await client.mutate(CheckPhotoDocument, { input });
      const ended = await client.finish(task.id, undefined, PATIENCE);
      return 'report' in ended ? ended.report : ended;
    }),
);

server.registerTool(
  'make_id_photo',
  {
    title: 'Make an ID photo',
    description:
      'Makes an ID photo of a portrait by the free local engine, and writes it into a new file beside the portrait.',
    inputSchema: {
      photo: PHOTO,
      specId: SPEC_ID,
      background: z.string().optional().describe('`white`, `blue`, `red` or `#RRGGBB`; default: as the spec asks.'),
    },
  },
  async ({ photo, specId, background }) =>
    answer(async () => {
      const { task } = await client.mutate(CreateIdPhotoDocument, {
        input: {
          photo: { upload: await read(photo) },
          specId,
          vendor: 'LOCAL',
          ...(background !== undefined && { backgrounds: [{ color: background }] }),
        },
      });
      const ended = await client.finish(task.id, undefined, PATIENCE);
      const [made] = 'photos' in ended ? ended.photos : [];
      if (made?.clean?.url == null) throw new Error('the photo is not there any more');
      const { dir, name } = path.parse(photo);
      const ending = made.clean.mime === 'image/png' ? 'png' : 'jpg';
      const file = path.join(dir, `${name}-${task.id.slice(-6)}.${ending}`);
      // Never over a file that is there.
      await writeFile(file, await client.download(made.clean.url), { flag: 'wx' });
      const { widthPx, heightPx, dpi, bytes } = made.clean;
      return { file, widthPx, heightPx, dpi, bytes, warnings: made.warnings, taskId: task.id };
    }),
);

async function read(file: string): Promise<Blob> {
  return new Blob([await readFile(file)]);
}

/** What a tool says: JSON, or what went wrong in words that help. */
async function answer(work: () => Promise<unknown>) {
  try {
    return { content: [{ type: 'text' as const, text: JSON.stringify(await work(), null, 1) }] };
  } catch (error) {
    const text = error instanceof DarkroomError ? `${error.code}: ${error.userMessage}` : (error as Error).message;
    return { isError: true, content: [{ type: 'text' as const, text }] };
  }
}

server.connect(new StdioServerTransport()).catch(error => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
