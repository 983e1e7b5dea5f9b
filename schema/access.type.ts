import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PhotoLink } from './browser-token.type.js';
import { CallerKindEnum, ScopeEnum } from './enums.js';
import { Task } from './task.type.js';

@ObjectType({ description: 'An API key, without the key itself.', simpleResolvers: true })
export class ApiKey {
  @Field(() => ID, { description: 'Names the key; it is no secret.' })
  id!: string;

  @Field({ description: 'What people call it.' })
  name!: string;

  @Field(() => ID, { description: 'The tenant whose tasks it reaches.' })
  tenantId!: string;

  @Field(() => [ScopeEnum], { description: 'What it may do.' })
  scopes!: (keyof typeof ScopeEnum)[];

  @Field(() => Int, {
    nullable: true,
    description: 'How many operations it may ask for in a minute; null: as the server is configured.',
  })
  operationsPerMinute!: number | null;

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ends by itself; null: never.' })
  expiresAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was last used, to about a minute; null: not yet.' })
  lastUsedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was revoked; null unless it was.' })
  revokedAt!: Date | null;
}

@ObjectType({ description: 'A new API key.', simpleResolvers: true })
export class CreatedApiKey {
  @Field(() => ApiKey, { description: 'What is kept of it.' })
  apiKey!: ApiKey;

  @Field({ description: 'The key, `dk_…`. It is shown this once: the server keeps a hash of it.' })
  key!: string;
}

@ObjectType({ description: 'Somebody whose tasks and keys are apart from those of others.', simpleResolvers: true })
export class Tenant {
  @Field(() => ID, { description: 'Names the tenant.' })
  id!: string;

  @Field({ description: 'What people call it.' })
  name!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many operations all its keys may ask for in a minute, together; null: as the server is configured.',
  })
  operationsPerMinute!: number | null;

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When it was closed: its keys are refused since; null unless it was.',
  })
  closedAt!: Date | null;
}

@ObjectType({
  description:
    'How much may be asked for in a window of time. The headers `RateLimit` and `RateLimit-Policy` say the same.',
  simpleResolvers: true,
})
export class Rate {
  @Field({
    description:
      '`key` counts the operations of the key: root fields, so that several in one document count like as many requests. `key-cost` counts the fields that they visit, and 500 for each root field of a mutation. `tenant` and `tenant-cost`: of all keys of the tenant.',
  })
  name!: string;

  @Field(() => Int, { description: 'What there is in a window.' })
  limit!: number;

  @Field(() => Int, { description: 'How long a window is. It begins with the first operation after the last one.' })
  windowSeconds!: number;

  @Field(() => Int, { description: 'What is left in this window, as far as this replica knows.' })
  remaining!: number;

  @Field(() => Int, { description: 'In how many seconds all of it is there again.' })
  resetSeconds!: number;
}

@ObjectType({ description: 'Who asks.', simpleResolvers: true })
export class Viewer {
  @Field(() => CallerKindEnum, { description: 'What it showed of itself.' })
  kind!: keyof typeof CallerKindEnum;

  @Field(() => ID, {
    description:
      'The id of the API key, the token or the link, or what stands for the `sub` of the JWT in the audit trail.',
  })
  id!: string;

  @Field({ description: 'What people call it; of a JWT its `sub`.' })
  name!: string;

  @Field(() => ID, { description: 'The tenant whose tasks it reaches.' })
  tenantId!: string;

  @Field(() => [ScopeEnum], { description: 'What it may do.' })
  scopes!: (keyof typeof ScopeEnum)[];

  @Field(() => Date, { nullable: true, description: 'When that ends by itself; null: never.' })
  expiresAt!: Date | null;

  @Field(() => [Task], {
    nullable: true,
    description:
      'The tasks that a task token or photo link reaches, the newest last; all other callers have `tasks`, and null here.',
  })
  tasks?: Task[] | null;

  @Field(() => PhotoLink, { nullable: true, description: 'The photo link; null for other callers.' })
  photoLink?: PhotoLink | null;

  @Field(() => [Rate], { description: 'How much may be asked for, and what is left of it. Empty without a key.' })
  rates!: Rate[];
}

@InputType({ description: 'An API key to make.' })
export class CreateApiKeyInput {
  @Field({ description: 'What people call it: 1 to 100 characters.' })
  name!: string;

  @Field(() => [ScopeEnum], { description: 'What it may do; as little as it needs.' })
  scopes!: (keyof typeof ScopeEnum)[];

  @Field(() => ID, { nullable: true, description: "The tenant whose tasks it reaches; the caller's own if not given." })
  tenantId?: string | null;

  @Field(() => Date, { nullable: true, description: 'When it ends by itself; never if not given.' })
  expiresAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many operations it may ask for in a minute: root fields, 1 to 10000000; as the server is configured if not given.',
  })
  operationsPerMinute?: number | null;
}

@InputType({ description: 'A tenant to make.' })
export class CreateTenantInput {
  @Field(() => ID, { description: '3 to 40 small letters, digits and hyphens, such as `north-school`.' })
  id!: string;

  @Field({ description: 'What people call it: 1 to 100 characters.' })
  name!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many operations all its keys may ask for in a minute, together; as the server is configured if not given.',
  })
  operationsPerMinute?: number | null;
}
