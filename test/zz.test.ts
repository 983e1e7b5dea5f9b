test('x', async () => {
  const seen: unknown[] = [];
  process.on('unhandledRejection', r => seen.push(r));
  void Promise.reject(new Error('a'));
  await new Promise(r => setTimeout(r, 50));
  expect(seen).toHaveLength(1);
});
