// `npm run docs`: makes the site of the documentation in out/docs. `--serve` shows it on this machine, `--pages <folder>`
// writes its pages as Markdown and ends.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './build.mjs';
import { writePages } from './docs-pages.mjs';

const { values } = parseArgs({
  options: {
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '4173' },
    pages: { type: 'string' },
  },
});

if (values.pages !== undefined) writePages(values.pages);
else {
  writePages(join('out', 'docs-pages'));
  const built = await vitepress('build');
  if (!built) process.exitCode = 1;
  else if (values.serve) await vitepress('preview', '--port', values.port);
  else
    console.log(
      'The site is in out/docs. Any web server can serve it; `npm run docs -- --serve` does on this machine.',
    );
}

function vitepress(command, ...words) {
  const program = join(ROOT, 'optional', 'docs', 'node_modules', 'vitepress', 'bin', 'vitepress.js');
  const child = spawn(process.execPath, [program, command, join('optional', 'docs'), ...words], { stdio: 'inherit' });
  return new Promise(resolve => child.once('close', code => resolve(code === 0)));
}
