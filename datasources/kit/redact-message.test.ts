import { redactMessage } from './redact-message.js';

test('keys, what the caller wrote, addresses and data are masked', () => {
  const data = Buffer.alloc(80, 7).toString('base64');
  expect(
    redactMessage(`参数错误: 睡莲 key=abc123 https://photos.example.com/a?sig=1，${data}`, ['abc123', '睡莲']),
  ).toBe('参数错误: *** key=*** (address)，(data)');
});

test('it is one short line', () => {
  expect(redactMessage('a\r\n\tb\u2028c\u0007', [])).toBe('a b c');
  expect(redactMessage('字 '.repeat(5_000), [])!.length).toBeLessThanOrEqual(200);
});

test.each([undefined, null, 42, '', ' \n'])('%j is no message', message => {
  expect(redactMessage(message, ['secret'])).toBeUndefined();
});
