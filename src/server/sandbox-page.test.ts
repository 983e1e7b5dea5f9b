import { sandboxPage } from './sandbox-page.js';

test('a sample query cannot leave its script', () => {
  const page = sandboxPage('{ a } </script><script>alert(1)</script>');
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).toContain('\\u003c/script>');
});

test('each page has a nonce of its own, by which alone its scripts and styles run', () => {
  const nonceOf = (page: string) => /script-src 'nonce-([^']+)'/.exec(page)![1];
  const page = sandboxPage();
  expect(nonceOf(page)).not.toBe(nonceOf(sandboxPage()));
  for (const [, nonce] of page.matchAll(/<(?:script|style) nonce="([^"]+)"/g)) expect(nonce).toBe(nonceOf(page));
});
