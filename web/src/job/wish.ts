import type {
  BackgroundInput,
  CustomSizeInput,
  IdPhotoOptionsInput,
  SpecDetailQuery,
  VendorChoice,
} from '../data/generated.ts';

export type Spec = NonNullable<SpecDetailQuery['spec']>;

/** What the photo is to become. It stays for the next person. */
export interface Wish {
  readonly specId: string;
  /** In place of the spec. */
  readonly custom: CustomSizeInput | undefined;
  readonly backgrounds: readonly BackgroundInput[];
  /** Undefined: by the rule. */
  readonly headRatio: number | undefined;
  readonly topMargin: number | undefined;
  readonly vendor: VendorChoice;
  readonly later: boolean;
  readonly reference: string;
}

export const MOST_BACKGROUNDS = 6;

export const FIRST_WISH: Wish = {
  specId: 'yi-cun-295x413',
  custom: undefined,
  backgrounds: [{ color: 'blue' }],
  headRatio: undefined,
  topMargin: undefined,
  vendor: 'AUTO',
  later: false,
  reference: '',
};

/** Whether an office takes no other background than that of the source. */
export function keepsBackground(spec: Spec | undefined): boolean {
  return spec?.editing === 'NONE' || spec?.editing === 'BACKGROUND_MUST_NOT_CHANGE';
}

/** Another spec: its own colours, and the head by its rule. */
export function withSpec(wish: Wish, spec: Pick<Spec, 'id' | 'backgrounds'>, keeps: boolean): Wish {
  const sold = new Set(spec.backgrounds.map(({ id }) => id));
  const kept = wish.backgrounds.filter(({ color }) => color !== null && color !== undefined && sold.has(color));
  const first = spec.backgrounds[0] && { color: spec.backgrounds[0].id };
  const backgrounds = keeps ? [] : kept.length > 0 || !first ? kept : [first];
  return { ...wish, specId: spec.id, custom: undefined, backgrounds, headRatio: undefined, topMargin: undefined };
}

export function optionsOf(wish: Wish): IdPhotoOptionsInput {
  const { specId, custom, backgrounds, headRatio, topMargin, vendor, later, reference } = wish;
  return {
    ...(custom ? { customSize: custom } : { specId }),
    ...(backgrounds.length > 0 && { backgrounds: [...backgrounds] }),
    ...(headRatio !== undefined && { headRatio }),
    ...(topMargin !== undefined && { topMargin }),
    ...(reference.trim() !== '' && { reference: reference.trim() }),
    ...(later && { release: 'LATER' as const }),
    ...(vendor !== 'AUTO' && { vendor }),
  };
}

/** How many photos it makes: one even where the background stays. */
export const countOf = ({ backgrounds }: Wish) => Math.max(1, backgrounds.length);

export const isSame = (a: BackgroundInput, b: BackgroundInput) =>
  a.color === b.color && a.gradient?.from === b.gradient?.from && a.gradient?.to === b.gradient?.to;
