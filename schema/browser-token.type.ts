import { Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { LIMITS } from '../src/kernel/limits.js';
import { BackgroundOptionsInput } from './background.input.js';
import { ConsentInput } from './consent.input.js';
import { OperationEnum } from './enums.js';
import { IdPhotoOptionsInput } from './id-photo.input.js';
import { PageInfo } from './node.type.js';
import { SentPhotoInput } from './photo.input.js';
import { RestorationOptionsInput } from './restoration.input.js';
import { Spec } from './spec.type.js';
import { Task } from './task.type.js';

const { defaultMinutes, maxMinutes, maxUses, idempotencyKeyChars } = LIMITS.browserToken;

@ObjectType({ description: 'A new task token.', simpleResolvers: true })
export class CreatedTaskToken {
  @Field(() => ID, { description: 'Names the token, for instance in the audit trail; it is no secret.' })
  id!: string;

  @Field({ description: 'The token, `dt_…`. It is shown this once: it is kept nowhere.' })
  token!: string;

  @Field(() => Date, { description: 'When it ends by itself: with the API key that made it at the latest.' })
  expiresAt!: Date;
}

@ObjectType({
  description: 'With it a person makes photos of one request, without an API key.',
  simpleResolvers: true,
})
export class PhotoLink {
  @Field(() => ID, { description: 'Names the link; it is no secret.' })
  id!: string;

  @Field(() => OperationEnum, { description: 'What it makes.' })
  operation!: keyof typeof OperationEnum;

  @Field(() => Spec, { nullable: true, description: 'The spec of its ID photos; null where it names none.' })
  spec!: Spec | null;

  @Field({ description: 'Whether `usePhotoLink` wants a consent.' })
  consentRequired!: boolean;

  @Field(() => Int, { description: 'How often it may be used in all.' })
  uses!: number;

  @Field(() => Int, {
    description:
      'How often it may be used still. A task that ended without a result gives its use back, unless a vendor may have charged for it.',
  })
  usesLeft!: number;

  @Field(() => String, { nullable: true, description: 'The reference that its tasks get; null for the link itself.' })
  reference!: string | null;

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When it ends by itself.' })
  expiresAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was revoked; null unless it was.' })
  revokedAt!: Date | null;

  @Field(() => [Task], { description: 'What was made with it, the newest last.' })
  tasks?: Task[];
}

@ObjectType({ description: 'A new photo link.', simpleResolvers: true })
export class CreatedPhotoLink {
  @Field(() => PhotoLink, { description: 'What is kept of it.' })
  photoLink!: PhotoLink;

  @Field({
    description:
      'The token, `dl_…`. It is shown this once: it is kept nowhere. Give it to your page behind a `#`, which no browser sends to a server.',
  })
  token!: string;
}

@ObjectType({ description: 'A photo link in a page of them.', simpleResolvers: true })
export class PhotoLinkEdge {
  @Field({ description: 'Where this edge stands; give it as `after`.' })
  cursor!: string;

  @Field(() => PhotoLink, { description: 'The link.' })
  node!: PhotoLink;
}

@ObjectType({ description: 'A page of photo links, newest first.', simpleResolvers: true })
export class PhotoLinkConnection {
  @Field(() => [PhotoLinkEdge], { description: 'The links with their cursors.' })
  edges!: PhotoLinkEdge[];

  @Field(() => [PhotoLink], { description: 'The links alone.' })
  nodes!: PhotoLink[];

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo!: PageInfo;
}

@Extensions({ oneOf: true })
@InputType({
  description:
    'What a photo link makes: exactly one operation, as its mutation takes it, without the photo, the consent and the idempotencyKey.',
})
export class LinkedOperationInput {
  @Field(() => IdPhotoOptionsInput, { nullable: true, description: 'It makes ID photos.' })
  idPhoto?: IdPhotoOptionsInput | null;

  @Field(() => BackgroundOptionsInput, { nullable: true, description: 'It changes backgrounds.' })
  background?: BackgroundOptionsInput | null;

  @Field(() => RestorationOptionsInput, { nullable: true, description: 'It restores old photos.' })
  restoration?: RestorationOptionsInput | null;
}

@InputType({ description: 'A photo link to make.' })
export class CreatePhotoLinkInput {
  @Field(() => LinkedOperationInput, { description: 'What it makes.' })
  operation!: LinkedOperationInput;

  @Field(() => Int, { nullable: true, description: `How often it may be used: 1 to ${maxUses}, default 1.` })
  uses?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `How long it lives: 1 to ${maxMinutes}, default ${defaultMinutes}; no longer than the API key that makes it.`,
  })
  minutes?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the person has to consent; default: where the operator says so (DARKROOM_REQUIRE_CONSENT).',
  })
  requireConsent?: boolean | null;
}

@InputType({ description: 'The photo of the person who holds a photo link.' })
export class UsePhotoLinkInput {
  @Field(() => SentPhotoInput, { description: 'The photo.' })
  photo!: SentPhotoInput;

  @Field(() => ConsentInput, {
    nullable: true,
    description: 'That the person agreed; see `consentRequired` of the link.',
  })
  consent?: ConsentInput | null;

  @Field(() => String, {
    nullable: true,
    description: `The same key with the same photo gives the same task and takes no use. 1 to ${idempotencyKeyChars} characters; it counts within the link.`,
  })
  idempotencyKey?: string | null;
}
