import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Viewer } from '../schema/access.type.js';
import {
  CreatedPhotoLink,
  CreatedTaskToken,
  CreatePhotoLinkInput,
  type LinkedOperationInput,
  PhotoLink,
  PhotoLinkConnection,
  UsePhotoLinkInput,
} from '../schema/browser-token.type.js';
import { connectionOf } from '../schema/node.type.js';
import { Task } from '../schema/task.type.js';
import type { BrowserTokens } from '../src/access/browser-tokens.js';
import { narrowedTo } from '../src/access/caller.js';
import type { LinkedRequest, PhotoLinks } from '../src/operations/photo-links.js';
import { specs } from '../src/specs/catalogue.js';
import type { PhotoLinkRow } from '../src/store/browser-token-rows.js';
import type { Context } from './context.js';
import { given } from './given.js';
import { idPhotoRequest } from './id-photo.resolver.js';
import { toTask } from './operations.js';
import { pageSize } from './page.js';
import { toSpec } from './spec.map.js';

/** A person who holds the link is not told what the operator wrote to it. */
export function toPhotoLink(row: PhotoLinkRow, { caller }: Context): PhotoLink {
  const { id, operation, consentRequired, uses, usesLeft, createdAt, expiresAt, revokedAt, request } = row;
  const spec = typeof request.specId === 'string' ? specs.byId(request.specId) : undefined;
  const told = narrowedTo(caller) === null && typeof request.reference === 'string';
  return Object.assign(new PhotoLink(), {
    id,
    operation,
    spec: spec === undefined ? null : toSpec(spec),
    consentRequired,
    uses,
    usesLeft,
    reference: told ? (request.reference as string) : null,
    createdAt,
    expiresAt,
    revokedAt,
  } satisfies PhotoLink);
}

function requestOf({ idPhoto, background, restoration }: LinkedOperationInput): LinkedRequest {
  if (idPhoto) return { operation: 'ID_PHOTO', request: idPhotoRequest(idPhoto) };
  if (background) return { operation: 'BACKGROUND', request: given(background) };
  // The schema asks for exactly one.
  return { operation: 'RESTORATION', request: given(restoration!) };
}

/** The tasks that a token or link reaches. */
async function tasksOf(id: string, { tasksOfToken, tasks, visible, language }: Context): Promise<Task[]> {
  const found = await Promise.all((await tasksOfToken.load(id)).map(taskId => tasks.load(taskId)));
  return found.flatMap(task => (task === undefined ? [] : [toTask(visible.show(task), language)]));
}

@Resolver(() => Viewer)
export class BrowserTokenResolver {
  constructor(
    private readonly tokens: BrowserTokens,
    private readonly links: PhotoLinks,
  ) {}

  @Authorized('tokens:create')
  @Mutation(() => CreatedTaskToken, {
    description:
      'Makes a token with which a browser reads and follows one task: `task`, `node`, `taskUpdated` and `viewer`, and nothing else. Needs TASKS_READ as well. Errors NOT_FOUND, TOO_MANY_TOKENS.',
  })
  async createTaskToken(
    @Arg('taskId', () => ID, { description: 'The id of a task.' }) taskId: string,
    @Arg('minutes', () => Int, {
      nullable: true,
      description: 'How long it lives: 1 to 10080, default 60; no longer than the API key that makes it.',
    })
    minutes: number | undefined,
    @Ctx() { caller, actor }: Context,
  ): Promise<CreatedTaskToken> {
    const made = await this.tokens.createTaskToken(caller, actor, taskId, minutes ?? undefined);
    return Object.assign(new CreatedTaskToken(), made);
  }

  @Authorized('tokens:create')
  @Mutation(() => Int, {
    description:
      'Ends all task tokens of a task; answers how many there were. Within a few seconds they are refused everywhere, and their WebSockets are closed. Error NOT_FOUND.',
  })
  revokeTaskTokens(
    @Arg('taskId', () => ID, { description: 'The id of a task.' }) taskId: string,
    @Ctx() { tenantId, actor }: Context,
  ): Promise<number> {
    return this.tokens.revokeTaskTokens(tenantId, taskId, actor);
  }

  @Authorized('tokens:create')
  @Mutation(() => CreatedPhotoLink, {
    description:
      'Makes a link with which a person makes photos of one request from a browser, by `usePhotoLink`. Needs PHOTOS_CREATE as well. What is wrong with the request is told now; paths of errors are those of its mutation, such as `input.specId`. Error TOO_MANY_TOKENS.',
  })
  async createPhotoLink(
    @Arg('input', () => CreatePhotoLinkInput, { description: 'What it makes, how often and until when.' })
    input: CreatePhotoLinkInput,
    @Ctx() context: Context,
  ): Promise<CreatedPhotoLink> {
    const { caller, actor, tenantId } = context;
    const { uses, minutes, requireConsent } = given(input);
    const made = await this.links.create(caller, actor, {
      made: requestOf(input.operation),
      uses,
      minutes,
      requireConsent,
    });
    const photoLink = toPhotoLink(await this.tokens.requireLink(tenantId, made.id), context);
    return Object.assign(new CreatedPhotoLink(), { photoLink, token: made.token });
  }

  @Authorized('tokens:create')
  @Mutation(() => PhotoLink, {
    description:
      'Ends a photo link. No task is made with it from then on; within a few seconds it is refused everywhere, and its WebSockets are closed. Error NOT_FOUND.',
  })
  async revokePhotoLink(
    @Arg('id', () => ID, { description: 'The id of a photo link.' }) id: string,
    @Ctx() context: Context,
  ): Promise<PhotoLink> {
    return toPhotoLink(await this.tokens.revokePhotoLink(context.tenantId, id, context.actor), context);
  }

  @Authorized('tokens:create')
  @Query(() => PhotoLinkConnection, {
    description: 'Photo links, newest first, for seven days after their end, too.',
  })
  async photoLinks(
    @Arg('first', () => Int, { nullable: true, description: 'How many: 1 to 200, default 50.' }) first:
      | number
      | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' }) after:
      | string
      | undefined,
    @Ctx() context: Context,
  ): Promise<PhotoLinkConnection> {
    const page = await this.tokens.photoLinks(context.tenantId, pageSize(first), after ?? undefined);
    const edges = page.links.map(({ link, cursor }) => ({ cursor, node: toPhotoLink(link, context) }));
    return connectionOf(edges, page.hasNextPage);
  }

  @Authorized('PHOTO_LINK')
  @Mutation(() => Task, {
    description:
      'Makes a photo with the photo link that asks, from the request of the link and this photo; for all other callers FORBIDDEN. Errors PHOTO_LINK_USED_UP, and those of a photo.',
  })
  async usePhotoLink(
    @Arg('input', () => UsePhotoLinkInput, { description: 'The photo, and that the person agreed.' })
    input: UsePhotoLinkInput,
    @Ctx() context: Context,
  ): Promise<Task> {
    const { id } = await this.links.use(context.caller, context.actor, given(input));
    return toTask((await context.visible.task(id))!, context.language);
  }

  @FieldResolver(() => [Task], { nullable: true })
  async tasks(@Ctx() context: Context): Promise<Task[] | null> {
    const token = narrowedTo(context.caller);
    return token === null ? null : tasksOf(token, context);
  }

  @FieldResolver(() => PhotoLink, { nullable: true })
  async photoLink(@Ctx() context: Context): Promise<PhotoLink | null> {
    const { kind, id, tenantId } = context.caller;
    return kind === 'PHOTO_LINK' ? toPhotoLink(await this.tokens.requireLink(tenantId, id), context) : null;
  }
}

@Resolver(() => PhotoLink)
export class PhotoLinkResolver {
  @FieldResolver(() => [Task])
  tasks(@Root() { id }: PhotoLink, @Ctx() context: Context): Promise<Task[]> {
    return tasksOf(id, context);
  }
}
