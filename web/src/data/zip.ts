/** The library comes when it is first wanted. */
export async function makeZip(files: readonly { name: string; url: string }[]): Promise<Blob> {
  const { downloadZip } = await import('client-zip');
  const parts = files.map(async ({ name, url }) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status}`);
    return { name, input: response };
  });
  return downloadZip(await Promise.all(parts)).blob();
}
