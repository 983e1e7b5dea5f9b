// Nothing but the compiled query between the request and the answer: no validation of values, no errors, no caller.
import { createServer } from 'node:http';
import { parse } from 'graphql';
import { compileQuery } from 'graphql-jit';
import { executableSchema, ready } from './schema.mjs';

const schema = executableSchema();
const compiled = new Map();
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', async () => {
    const { query, variables } = JSON.parse(Buffer.concat(chunks));
    let run = compiled.get(query);
    if (!run) {
      run = compileQuery(schema, parse(query));
      compiled.set(query, run);
    }
    const body = run.stringify(await run.query({}, {}, variables));
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body);
  });
}).listen(0, '127.0.0.1', () => ready(server.address().port));
