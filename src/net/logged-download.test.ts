import { pino } from 'pino';
import { loggedDownload } from './logged-download.js';

test('what the rules refuse is told to the operator, without the URL; other failures are not', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const fetch = loggedDownload(log);
  const options = { maxBytes: 1_000, signal: AbortSignal.timeout(10_000) };
  for (const url of ['https://127.0.0.1/canary?signature=canary', 'http://photos.example/canary'])
    await expect(fetch(url, options)).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
  const unreachable = { ...options, allowOrigins: ['http://127.0.0.1:1'] };
  await expect(fetch('http://127.0.0.1:1/', unreachable)).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual(Array(2).fill([40, 'a URL was not fetched']));
  expect(JSON.stringify(lines)).not.toContain('canary');
});
