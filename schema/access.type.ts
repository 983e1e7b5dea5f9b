import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { CallerKindEnum, ScopeEnum } from './enums.js';

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

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When it was closed: its keys are refused since; null unless it was.',
  })
  closedAt!: Date | null;
}

@ObjectType({ description: 'Who asks.', simpleResolvers: true })
export class Viewer {
  @Field(() => CallerKindEnum, { description: 'What it showed of itself.' })
  kind!: keyof typeof CallerKindEnum;

  @Field(() => ID, {
    description: 'The id of the API key, or what stands for the `sub` of the JWT in the audit trail.',
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
}

@InputType({ description: 'A tenant to make.' })
export class CreateTenantInput {
  @Field(() => ID, { description: '3 to 40 small letters, digits and hyphens, such as `north-school`.' })
  id!: string;

  @Field({ description: 'What people call it: 1 to 100 characters.' })
  name!: string;
}
