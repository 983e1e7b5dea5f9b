import { Field, ID, ObjectType } from 'type-graphql';
import { HexSourceEnum } from './enums.js';
import { HexColor } from './scalars.js';

@ObjectType({ description: 'A named background colour of the guides.', simpleResolvers: true })
export class Color {
  @Field(() => ID, {
    description: 'As the guide spells it: `white`, `blue_gradual`. Give it wherever a colour is asked for.',
  })
  id!: string;

  @Field({ description: 'The Chinese name.' })
  title!: string;

  @Field({ description: 'The English name.' })
  titleEn!: string;

  @Field({ description: 'True if the colour runs from `hex` at the top to `hexEnd` at the bottom.' })
  gradient!: boolean;

  @Field(() => HexColor, { description: '`#RRGGBB`; the top end of a gradient.' })
  hex!: string;

  @Field(() => HexColor, {
    nullable: true,
    description: '`#RRGGBB`, the bottom end of a gradient; null for a plain colour.',
  })
  hexEnd!: string | null;

  @Field(() => HexSourceEnum, { description: 'Where the hex values come from.' })
  hexSource!: keyof typeof HexSourceEnum;
}
