import { graphql } from 'graphql';
import { createResolvers, type ResolverParts } from '../resolvers/resolvers.js';
import { createSchema } from '../resolvers/schema.js';
import { OPEN_CALLER } from '../src/access/access-service.js';
import { RuleBook } from '../src/specs/rules/rule-book.js';

const QUERY = `query ($id: ID!) {
  spec(id: $id) {
    title titleEn editing receiptRequired headMeasuredTo withoutRule rulesNote
    rules {
      match differences { code sold asked }
      rule { id grade readOn sources { url } numbers { code min max unit strength minShare maxShare measured }
        editing { policy reason rotationAllowed } checks { code judged } }
    }
  }
}`;

async function spec(id: string) {
  const schema = await createSchema(createResolvers({ rules: new RuleBook() } as ResolverParts));
  const contextValue = { caller: OPEN_CALLER, tenantId: OPEN_CALLER.tenantId };
  const { data, errors } = await graphql({ schema, source: QUERY, variableValues: { id }, contextValue });
  expect(errors).toBeUndefined();
  // biome-ignore lint/suspicious/noExplicitAny: the query says what it is
  return (data as any).spec;
}

test('a spec tells what its office asks, what it forbids and in what it is sold otherwise', async () => {
  const gaokao = await spec('gao-kao-bao-ming-420x560');
  expect(gaokao).toMatchObject({
    titleEn: 'College entrance examination (Gaokao) sign-up',
    editing: 'NO_FEATURE_CHANGE',
  });
  const [{ match, rule, differences }] = gaokao.rules;
  expect(match).toBe('EXACT');
  expect(rule).toMatchObject({ id: 'cn-gaokao-image-standard', editing: { rotationAllowed: false } });
  expect(rule.sources.length).toBeGreaterThan(0);
  expect(rule.numbers).toContainEqual({
    code: 'EYE_LINE',
    min: 200,
    max: 300,
    unit: 'PX',
    strength: 'LIMIT',
    minShare: 0.3125,
    maxShare: 0.4688,
    measured: 'from the top edge',
  });
  expect(rule.checks).toContainEqual({ code: 'EYE_LINE', judged: 'AUTOMATIC' });
  expect(differences.map(({ code }: { code: string }) => code)).toEqual(['SIZE', 'SHADE']);
});

test('a spec without a rule says why', async () => {
  expect(await spec('yi-cun-295x413')).toMatchObject({
    rules: [],
    withoutRule: 'GENERIC_SIZE',
    editing: 'UNKNOWN',
    receiptRequired: null,
    headMeasuredTo: null,
  });
});
