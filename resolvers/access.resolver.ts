import { Arg, Authorized, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import {
  type ApiKey,
  ApiKey as ApiKeyType,
  CreateApiKeyInput,
  CreatedApiKey,
  CreateTenantInput,
  Rate,
  Tenant,
  Viewer,
} from '../schema/access.type.js';
import { scopeOfEnum, scopeToEnum } from '../schema/enums.js';
import type { CallerRates } from '../src/access/caller-rates.js';
import type { KeyService } from '../src/access/key-service.js';
import { isScope } from '../src/access/scopes.js';
import type { ApiKeyRow } from '../src/store/access-rows.js';
import type { Context } from './context.js';
import { given } from './given.js';

function toApiKey({ scopes, ...row }: ApiKeyRow): ApiKey {
  return Object.assign(new ApiKeyType(), { ...row, scopes: scopes.filter(isScope).map(scopeToEnum) });
}

@Resolver()
export class AccessResolver {
  constructor(
    private readonly keys: KeyService,
    private readonly rates: CallerRates,
  ) {}

  @Authorized()
  @Query(() => Viewer, { description: 'Who asks, and what they may. Open to every caller.' })
  viewer(@Ctx() { caller }: Context): Viewer {
    const { kind, id, name, tenantId, expiresAt, scopes } = caller;
    const rates = this.rates.statesOf(caller).map(state => Object.assign(new Rate(), state));
    const scopeNames = [...scopes].map(scopeToEnum);
    return Object.assign(new Viewer(), { kind, id, name, tenantId, expiresAt, scopes: scopeNames, rates });
  }

  @Authorized('admin')
  @Query(() => [ApiKeyType], { description: 'API keys, without the keys themselves, in the order of their making.' })
  async apiKeys(
    @Arg('tenantId', () => ID, { nullable: true, description: 'Of this tenant alone; of all if not given.' })
    tenantId?: string,
  ): Promise<ApiKey[]> {
    return (await this.keys.listKeys(tenantId ?? null)).map(toApiKey);
  }

  @Authorized('admin')
  @Query(() => [Tenant], { description: 'Tenants, in the order of their making.' })
  tenants(): Promise<Tenant[]> {
    return this.keys.listTenants();
  }

  @Authorized('admin')
  @Mutation(() => CreatedApiKey, {
    description:
      'Makes an API key. From the first one on every caller has to show a key: `Authorization: Bearer dk_…`, or `connectionParams: { authorization }` on a WebSocket.',
  })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'Its name, its scopes and how long it lives.' })
    input: CreateApiKeyInput,
    @Ctx() { tenantId, actor }: Context,
  ): Promise<CreatedApiKey> {
    const { scopes, ...wish } = given(input);
    const wanted = { tenantId, ...wish, scopes: scopes.map(scopeOfEnum) };
    const { key, secret } = await this.keys.createKey(wanted, actor);
    return Object.assign(new CreatedApiKey(), { apiKey: toApiKey(key), key: secret });
  }

  @Authorized('admin')
  @Mutation(() => ApiKeyType, {
    description:
      'Ends an API key. Within a few seconds it is refused everywhere, with the tokens and links that it made, and their WebSockets are closed.',
  })
  async revokeApiKey(
    @Arg('id', () => ID, { description: 'The id of the key.' }) id: string,
    @Ctx() { actor }: Context,
  ): Promise<ApiKey> {
    return toApiKey(await this.keys.revokeKey(id, actor));
  }

  @Authorized('admin')
  @Mutation(() => Tenant, { description: 'Makes a tenant. Make keys for it with `createApiKey`.' })
  createTenant(
    @Arg('input', () => CreateTenantInput, { description: 'Its id, its name and its rate.' })
    { id, name, operationsPerMinute }: CreateTenantInput,
    @Ctx() { actor }: Context,
  ): Promise<Tenant> {
    return this.keys.createTenant({ id, name, operationsPerMinute: operationsPerMinute ?? undefined }, actor);
  }

  @Authorized('admin')
  @Mutation(() => Tenant, { description: 'Sets how much all keys of a tenant may ask for together. Error NOT_FOUND.' })
  limitTenant(
    @Arg('id', () => ID, { description: 'The id of the tenant.' }) id: string,
    @Arg('operationsPerMinute', () => Int, {
      nullable: true,
      description: 'Root fields in a minute; as the server is configured if not given.',
    })
    operationsPerMinute: number | undefined,
    @Ctx() { actor }: Context,
  ): Promise<Tenant> {
    return this.keys.limitTenant(id, operationsPerMinute ?? undefined, actor);
  }

  @Authorized('admin')
  @Mutation(() => Tenant, {
    description:
      'Closes a tenant: from then on its keys are refused, and its webhooks are sent nothing more, what waits for them included. What is kept of it stays until its time.',
  })
  closeTenant(
    @Arg('id', () => ID, { description: 'The id of the tenant.' }) id: string,
    @Ctx() { actor }: Context,
  ): Promise<Tenant> {
    return this.keys.closeTenant(id, actor);
  }
}
