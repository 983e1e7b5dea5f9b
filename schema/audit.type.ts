import { Field, Float, ID, ObjectType } from 'type-graphql';
import { PageInfo } from './node.type.js';
import { AuditActEnum } from './personal-enums.js';

@ObjectType({
  description:
    'Who did what, about whom, when. Append-only; each entry has the hash of the one before. No personal data.',
  simpleResolvers: true,
})
export class AuditEntry {
  @Field(() => Float, { description: 'Its number in the chain of the tenant, from 1, without gaps.' })
  number!: number;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => AuditActEnum, { description: 'What was done.' })
  act!: keyof typeof AuditActEnum;

  @Field({
    description:
      'What kind of caller did it: API_KEY, JWT, OPEN (a server without keys), TASK_TOKEN, PHOTO_LINK, LINK (whoever holds a signed link to a picture), COMMAND (of the operator) or SERVER.',
  })
  actorKind!: string;

  @Field(() => String, { nullable: true, description: 'The id of its key, token, link or user.' })
  actorId!: string | null;

  @Field(() => String, { nullable: true, description: 'The operation of the task.' })
  operation!: string | null;

  @Field(() => ID, { nullable: true, description: 'The task.' })
  taskId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The asset, consent, receipt, key, token, link or agreement that it is about.',
  })
  objectId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The caller's reference as an HMAC: equal for entries about the same one.",
  })
  subject!: string | null;

  @Field(() => String, { nullable: true, description: 'What came of it, as a code.' })
  outcome!: string | null;

  @Field({ description: 'The hash of the entry before, in hexadecimal.' })
  previousHash!: string;

  @Field({ description: 'SHA-256 of that hash and of this entry, in hexadecimal.' })
  hash!: string;
}

@ObjectType({ description: 'An entry in a page of the audit trail.', simpleResolvers: true })
export class AuditEdge {
  @Field({ description: 'Where this edge stands; give it as `after`.' })
  cursor!: string;

  @Field(() => AuditEntry, { description: 'The entry.' })
  node!: AuditEntry;
}

@ObjectType({ description: 'A page of the audit trail, newest first.', simpleResolvers: true })
export class AuditConnection {
  @Field(() => [AuditEdge], { description: 'The entries with their cursors.' })
  edges!: AuditEdge[];

  @Field(() => [AuditEntry], { description: 'The entries alone.' })
  nodes!: AuditEntry[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'Whether the audit trail of a tenant is whole.', simpleResolvers: true })
export class AuditCheck {
  @Field({ description: 'True if nothing in it was changed, removed or put in between, as far as can be seen.' })
  holds!: boolean;

  @Field(() => [String], { description: 'Where it breaks, in English; empty where it holds.' })
  breaks!: string[];

  @Field(() => Float, { description: 'Entries that are there.' })
  entries!: number;

  @Field(() => Float, { description: 'Older entries that were removed by their retention time.' })
  removed!: number;

  @Field({
    description:
      'Its end, `<tenant>:<number>:<hash>`. Write it down elsewhere and give it back later: no chain can show that its own newest part was cut off.',
  })
  end!: string;
}
