// What every peer serves: the catalogue in the shape that Darkroom has it, as plain objects.
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';

export const SDL = `
  type Query { specs(first: Int): SpecConnection spec(id: ID!): Spec viewer: Viewer }
  type Viewer { kind: String! }
  type SpecConnection { totalCount: Int! nodes: [Spec!]! }
  type Spec {
    id: ID! title: String! titleEn: String! widthPx: Int! heightPx: Int! dpi: Int! widthMm: Float heightMm: Float
    backgrounds: [Color!]!
  }
  type Color { id: ID! hex: String! }
`;
const nodes = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const byId = new Map(nodes.map(node => [node.id, node]));
export const resolvers = {
  Query: {
    specs: (_root, { first = 50 }) => ({ totalCount: nodes.length, nodes: nodes.slice(0, first) }),
    spec: (_root, { id }) => byId.get(id) ?? null,
    viewer: () => ({ kind: 'API_KEY' }),
  },
};

export function executableSchema() {
  const schema = buildSchema(SDL);
  const fields = schema.getQueryType().getFields();
  for (const [name, resolve] of Object.entries(resolvers.Query)) fields[name].resolve = resolve;
  return schema;
}

export function ready(port) {
  process.send({ port });
}
