import { Arg, Authorized, Extensions, ID, Int, Query, Resolver } from 'type-graphql';
import { Color } from '../schema/color.type.js';
import { SizeUnitEnum } from '../schema/enums.js';
import { connectionOf } from '../schema/node.type.js';
import { Spec, SpecConnection } from '../schema/spec.type.js';
import { badInput, DarkroomError } from '../src/kernel/errors.js';
import { specs } from '../src/specs/catalogue.js';
import { colorById, colors } from '../src/specs/colors.js';
import { pageSize } from './page.js';
import { toColor, toSpec } from './spec.map.js';

/** The catalogue never changes while the process lives, so its GraphQL objects are made once. */
const edges = new Map(
  specs.list.map(spec => [spec.id, { cursor: Buffer.from(spec.id).toString('base64url'), node: toSpec(spec) }]),
);

@Resolver()
export class SpecResolver {
  @Authorized('catalogue:read')
  @Extensions({ constant: true })
  @Query(() => SpecConnection, {
    description: 'The kinds of ID photo, best match first, else in the order of the guide.',
  })
  specs(
    @Arg('search', () => String, {
      nullable: true,
      description:
        'What people type: a Chinese title or what it is called, pinyin (full or initials), English, `295x413`, `3.5x4.5cm`, with a background or KB (`蓝底一寸`, `社保卡 50kb`). What lists that background and allows those KB comes first.',
    })
    search?: string,
    @Arg('color', () => String, { nullable: true, description: 'Only those that list this colour; an id of `colors`.' })
    color?: string,
    @Arg('unit', () => SizeUnitEnum, {
      nullable: true,
      description: 'Only those whose size the guide prints in this unit.',
    })
    unit?: keyof typeof SizeUnitEnum,
    @Arg('first', () => Int, { nullable: true, description: 'How many: 1 to 200, default 50.' }) first?: number,
    @Arg('after', () => String, { nullable: true, description: 'Only what comes after this cursor.' }) after?: string,
  ): SpecConnection {
    const size = pageSize(first);
    const listed = color == null ? undefined : colorById(color);
    if (color != null && listed === undefined) {
      throw new DarkroomError('COLOR_NOT_FOUND', undefined, [
        { path: 'color', code: 'UNKNOWN', allowed: colors.map(({ id }) => id).join(', ') },
      ]);
    }
    const found = specs.search({ search, color: listed?.id, unit });
    const last = after == null ? undefined : Buffer.from(after, 'base64url').toString('utf8');
    const start = last === undefined ? 0 : found.findIndex(spec => spec.id === last) + 1;
    if (after != null && start === 0) throw badInput('after', 'CURSOR', 'an endCursor or an edge cursor of this list');
    const page = found.slice(start, start + size).map(({ id }) => edges.get(id)!);
    return { ...connectionOf(page, start + size < found.length), totalCount: found.length };
  }

  @Authorized('catalogue:read')
  @Extensions({ constant: true })
  @Query(() => Spec, { nullable: true, description: 'One kind of ID photo; null if there is none with this id.' })
  spec(@Arg('id', () => ID, { description: 'A readable id such as `yi-cun-295x413`.' }) id: string): Spec | null {
    return edges.get(id)?.node ?? null;
  }

  @Authorized('catalogue:read')
  @Extensions({ constant: true })
  @Query(() => [Color], { description: 'The named background colours, the most used first.' })
  colors(): Color[] {
    return colors.map(toColor);
  }
}
