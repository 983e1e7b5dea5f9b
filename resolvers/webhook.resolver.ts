import { Arg, Authorized, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { connectionOf } from '../schema/node.type.js';
import {
  CreateWebhookInput,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookDeliveryFilterInput,
  WebhookWithSecret,
} from '../schema/webhook.type.js';
import { LIMITS } from '../src/kernel/limits.js';
import type { DeliveryRow } from '../src/store/delivery-rows.js';
import { WEBHOOK_EVENTS, type WebhookRow } from '../src/store/webhook-rows.js';
import type { WebhookService, WithSecret } from '../src/webhooks/webhook-service.js';
import type { Context } from './context.js';
import { given, givenFilter } from './given.js';
import { pageSize } from './page.js';

@Resolver()
export class WebhookResolver {
  constructor(private readonly service: WebhookService) {}

  @Authorized('webhooks:manage')
  @Query(() => [Webhook], { description: 'All webhooks, oldest first.' })
  async webhooks(@Ctx() context: Context): Promise<Webhook[]> {
    return (await this.service.list(context.tenantId)).map(toWebhook);
  }

  @Authorized('webhooks:manage')
  @Query(() => WebhookDeliveryConnection, {
    description: 'Messages to webhooks, newest first, dead letters too. Those of a task go with `deleteTask`.',
  })
  async webhookDeliveries(
    @Arg('filter', () => WebhookDeliveryFilterInput, { nullable: true, description: 'Which ones; all if not given.' })
    filter: WebhookDeliveryFilterInput | undefined,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 1 to 200, default 50.' }) first:
      | number
      | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' }) after:
      | string
      | undefined,
    @Ctx() context: Context,
  ): Promise<WebhookDeliveryConnection> {
    const size = pageSize(first);
    const page = await this.service.deliveries(context.tenantId, givenFilter(filter), size, after ?? undefined);
    return connectionOf(
      page.deliveries.map(({ delivery, cursor }) => ({ cursor, node: toDelivery(delivery) })),
      page.hasNextPage,
    );
  }

  @Authorized('webhooks:manage')
  @Mutation(() => WebhookWithSecret, {
    description:
      'Registers a URL that is told what becomes of tasks. Errors URL_NOT_ALLOWED, URL_UNREACHABLE, TOO_MANY_WEBHOOKS (20).',
  })
  async createWebhook(
    @Arg('input', () => CreateWebhookInput, { description: 'Where to, and of what.' }) input: CreateWebhookInput,
    @Ctx() context: Context,
  ): Promise<WebhookWithSecret> {
    const { url, events = [...WEBHOOK_EVENTS], followsAll = true, apiKeyId = null } = given(input);
    return toSecret(await this.service.create(context.tenantId, { url, events, followsAll, apiKeyId }, context.actor));
  }

  @Authorized('webhooks:manage')
  @Mutation(() => WebhookWithSecret, {
    description:
      'Gives a webhook a new secret. Until the old one ends, each message carries a signature of both: change it in the receiver meanwhile. Error NOT_FOUND.',
  })
  async rotateWebhookSecret(
    @Arg('id', () => ID, { description: 'The id of a webhook.' }) id: string,
    @Arg('oldSecretHours', () => Int, {
      defaultValue: LIMITS.webhook.oldSecretHours,
      description:
        'How long the present secret still signs: 0 to 168 hours; 0 for one that has leaked. The one before it ends now.',
    })
    oldSecretHours: number,
    @Ctx() context: Context,
  ): Promise<WebhookWithSecret> {
    return toSecret(await this.service.rotate(context.tenantId, id, oldSecretHours, context.actor));
  }

  @Authorized('webhooks:manage')
  @Mutation(() => Webhook, {
    description:
      'Makes a disabled webhook active again. What became dead letters stays so; see `resendWebhook`. Error NOT_FOUND.',
  })
  async enableWebhook(
    @Arg('id', () => ID, { description: 'The id of a webhook.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Webhook> {
    return toWebhook(await this.service.enable(context.tenantId, id, context.actor));
  }

  @Authorized('webhooks:manage')
  @Mutation(() => Webhook, {
    description: 'Removes a webhook with its messages; answers with it as it was. Error NOT_FOUND.',
  })
  async deleteWebhook(
    @Arg('id', () => ID, { description: 'The id of a webhook.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Webhook> {
    return toWebhook(await this.service.delete(context.tenantId, id, context.actor));
  }

  @Authorized('webhooks:manage')
  @Mutation(() => WebhookDelivery, {
    description:
      'Sends a message of the type `webhook.test`. Errors NOT_FOUND, WEBHOOK_DISABLED, RATE_LIMITED (60 a minute, with `resendWebhook`).',
  })
  async testWebhook(
    @Arg('id', () => ID, { description: 'The id of a webhook.' }) id: string,
    @Ctx() context: Context,
  ): Promise<WebhookDelivery> {
    return toDelivery(await this.service.test(context.tenantId, id));
  }

  @Authorized('webhooks:manage')
  @Mutation(() => WebhookDelivery, {
    description:
      'Sends a message again, at once and with all of its tries: a dead letter, one that waits for its next try, or one that the receiver has lost. It keeps its id. Errors NOT_FOUND, WEBHOOK_DISABLED, RATE_LIMITED (60 a minute, with `testWebhook`).',
  })
  async resendWebhook(
    @Arg('deliveryId', () => ID, { description: 'The id of a delivery.' }) deliveryId: string,
    @Ctx() context: Context,
  ): Promise<WebhookDelivery> {
    return toDelivery(await this.service.resend(context.tenantId, deliveryId));
  }
}

function toWebhook(row: WebhookRow): Webhook {
  const { id, url, events, followsAll, apiKeyId, state, disabledReason, disabledAt, failingSince, createdAt } = row;
  const oldSecretUntil =
    row.oldSecretUntil !== null && row.oldSecretUntil.getTime() > Date.now() ? row.oldSecretUntil : null;
  return Object.assign(new Webhook(), {
    id,
    url,
    events,
    followsAll,
    apiKeyId,
    state,
    disabledReason,
    disabledAt,
    failingSince,
    oldSecretUntil,
    createdAt,
  } satisfies Webhook);
}

function toSecret({ webhook, secret }: WithSecret): WebhookWithSecret {
  return Object.assign(new WebhookWithSecret(), { webhook: toWebhook(webhook), secret } satisfies WebhookWithSecret);
}

function toDelivery({ tenantId: _tenant, roundAttempts: _round, ...delivery }: DeliveryRow): WebhookDelivery {
  return Object.assign(new WebhookDelivery(), delivery satisfies WebhookDelivery);
}
