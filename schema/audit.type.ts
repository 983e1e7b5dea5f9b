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
      'What kind of caller did it: API_KEY, JWT, OPEN (a server without keys), LINK (whoever holds a signed link) or SERVER.',
  })
  actorKind!: string;

  @Field(() => String, { nullable: true, description: 'The id of its key or user.' })
  actorId!: string | null;

  @Field(() => String, { nullable: true, description: 'The operation of the task.' })
  operation!: string | null;

  @Field(() => ID, { nullable: true, description: 'The task.' })
  taskId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The asset, consent, receipt, key or agreement that it is about.' })
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
