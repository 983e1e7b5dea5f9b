import fastify from 'fastify';
import mercurius from 'mercurius';
import { ready, resolvers, SDL } from './schema.mjs';

const app = fastify();
app.register(mercurius, { schema: SDL, resolvers, jit: 0 });
await app.listen({ port: 0, host: '127.0.0.1' });
ready(app.server.address().port);
