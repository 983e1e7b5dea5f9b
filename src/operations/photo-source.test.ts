import { refused } from '../../test/refused.js';
import { LIMITS } from '../kernel/limits.js';
import { readPhotoSource } from './photo-source.js';

const PHOTO = Buffer.from('fffefdfb00', 'hex');

test.each([
  ['standard base64', '//79+wA='],
  ['the URL-safe alphabet', '__79-wA='],
  ['no padding', '//79+wA'],
  ['line breaks', '//79\r\n+wA=\n'],
  ['a data URL', 'data:image/jpeg;base64,//79+wA='],
  ['a data URL in capitals', 'DATA:image/PNG;base64,//79+wA='],
])('%s is read', async (_, base64) => {
  expect(await readPhotoSource({ base64 }, 'input.photo')).toEqual({ bytes: PHOTO });
});

test('an upload is read to its end, whether it is awaited or not; ids and URLs are left as they are', async () => {
  const upload = { bytes: PHOTO };
  expect(await readPhotoSource({ upload }, 'p')).toEqual(upload);
  expect(await readPhotoSource({ upload: Promise.resolve(upload) }, 'p')).toEqual(upload);
  expect(await readPhotoSource({ assetId: 'asset_1' }, 'p')).toEqual({ assetId: 'asset_1' });
  expect(await readPhotoSource({ url: 'https://a.example/b' }, 'p')).toEqual({ url: 'https://a.example/b' });
});

test.each([
  ['nothing', {}, 'BAD_USER_INPUT input.photo EXACTLY_ONE'],
  ['two forms', { url: 'https://a.example/b', base64: '' }, 'BAD_USER_INPUT input.photo EXACTLY_ONE'],
  ['letters that are none of base64', { base64: '//79*wA=' }, 'BAD_USER_INPUT input.photo.base64 BASE64'],
  ['padding in the middle', { base64: '//7=9wA=' }, 'BAD_USER_INPUT input.photo.base64 BASE64'],
  ['blanks', { base64: '//79 +wA=' }, 'BAD_USER_INPUT input.photo.base64 BASE64'],
  [
    'a data URL of something else',
    { base64: 'data:text/html;base64,//79' },
    'BAD_USER_INPUT input.photo.base64 BASE64',
  ],
  [
    'more than a photo may have',
    { base64: 'A'.repeat(Math.ceil(((LIMITS.upload.fileBytes + 3) * 4) / 3)) },
    'FILE_TOO_LARGE',
  ],
  [
    'a text that need not be decoded to be too long',
    { base64: '*'.repeat(LIMITS.upload.fileBytes * 1.4 + 1) },
    'FILE_TOO_LARGE',
  ],
])('%s is refused', async (_, source, why) => {
  expect(await refused(() => readPhotoSource(source, 'input.photo'))).toBe(why);
});

test('an upload that failed fails the request with what was wrong with it', async () => {
  const upload = Promise.reject(new Error('UPLOAD_ABORTED'));
  await expect(readPhotoSource({ upload }, 'p')).rejects.toThrow('UPLOAD_ABORTED');
});
