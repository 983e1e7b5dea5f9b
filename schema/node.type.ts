import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';

@InterfaceType({
  description: 'An object that can be fetched again by its id alone, with `node`.',
})
export abstract class Node {
  @Field(() => ID, { description: 'Unique among all objects of this server.' })
  id!: string;
}

@ObjectType({
  description: 'Where a page of a connection stands, as the Relay connection spec has it.',
  simpleResolvers: true,
})
export class PageInfo {
  @Field({ description: 'True if there is more after `endCursor`.' })
  hasNextPage!: boolean;

  @Field({ description: 'Always false: connections of this API are read forwards.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first edge.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last edge: give it as `after` for the next page.',
  })
  endCursor!: string | null;
}

export interface EdgeOf<T> {
  cursor: string;
  node: T;
}

export interface ConnectionOf<T> {
  edges: EdgeOf<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  totalCount?: number;
}

/** A page in Relay's form. */
export function connectionOf<T>(edges: EdgeOf<T>[], hasNextPage: boolean): ConnectionOf<T> {
  return {
    edges,
    nodes: edges.map(edge => edge.node),
    pageInfo: {
      hasNextPage,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
