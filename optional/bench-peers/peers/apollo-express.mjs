import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { ready, resolvers, SDL } from './schema.mjs';

const apollo = new ApolloServer({ typeDefs: SDL, resolvers });
await apollo.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(apollo));
const server = createServer(app).listen(0, '127.0.0.1', () => ready(server.address().port));
