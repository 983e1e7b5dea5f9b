import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { PAINTING_RESOLUTIONS, PAINTING_STYLES } from '../datasources/contract.js';

type Style = (typeof PAINTING_STYLES)[number];
type Resolution = (typeof PAINTING_RESOLUTIONS)[number];

/** A name of the schema for each word of the guide, and what it is in English. One that is missing does not compile. */
const STYLES: { readonly [S in Style]: readonly [name: string, english: string] } = {
  探索无限: ['UNBOUNDED', 'Without bounds: the model chooses'],
  古风: ['ANCIENT_CHINESE', 'Ancient Chinese'],
  二次元: ['ANIME', 'Anime'],
  写实风格: ['REALISTIC', 'Realistic'],
  浮世绘: ['UKIYO_E', 'Ukiyo-e'],
  'low poly': ['LOW_POLY', 'Low poly'],
  未来主义: ['FUTURISM', 'Futurism'],
  像素风格: ['PIXEL_ART', 'Pixel art'],
  概念艺术: ['CONCEPT_ART', 'Concept art'],
  赛博朋克: ['CYBERPUNK', 'Cyberpunk'],
  洛丽塔风格: ['LOLITA', 'Lolita fashion'],
  巴洛克风格: ['BAROQUE', 'Baroque'],
  超现实主义: ['SURREALISM', 'Surrealism'],
  水彩画: ['WATERCOLOR', 'Watercolour'],
  蒸汽波艺术: ['VAPORWAVE', 'Vaporwave'],
  油画: ['OIL_PAINTING', 'Oil painting'],
  卡通画: ['CARTOON', 'Cartoon'],
};

const RESOLUTIONS: { readonly [R in Resolution]: readonly [name: string, description: string] } = {
  '1024*1024': ['SQUARE', '1024 by 1024 pixels.'],
  '1024*1536': ['PORTRAIT', '1024 by 1536 pixels.'],
  '1536*1024': ['LANDSCAPE', '1536 by 1024 pixels.'],
};

/** Resolvers get the word of the guide, callers the name. */
function enumOfWords<Word extends string>(
  name: string,
  description: string,
  words: { readonly [W in Word]: readonly [name: string, text: string] },
): Record<string, Word> {
  const rows = Object.entries<readonly [string, string]>(words) as [Word, readonly [string, string]][];
  const object = Object.fromEntries(rows.map(([word, [value]]) => [value, word]));
  const texts = rows.map(([, [value, text]]) => [value, { description: text }]);
  registerEnumType(object, { name, description, valuesConfig: Object.fromEntries(texts) });
  return object;
}

export const PaintingStyleEnum = enumOfWords('PaintingStyle', 'How a painting looks.', STYLES);

export const PaintingResolutionEnum = enumOfWords('PaintingResolution', 'Width and height of a painting.', RESOLUTIONS);

@ObjectType({ description: 'A style of paintings, for a list to choose from.', simpleResolvers: true })
export class PaintingStyleTitle {
  @Field(() => PaintingStyleEnum, { description: 'The style.' })
  style!: Style;

  @Field({ description: 'Its name in Chinese, as the vendor writes it.' })
  title!: string;

  @Field({ description: 'Its name in English.' })
  titleEn!: string;
}

export const PAINTING_STYLE_TITLES: readonly PaintingStyleTitle[] = PAINTING_STYLES.map(style => ({
  style,
  title: style,
  titleEn: STYLES[style][1],
}));
