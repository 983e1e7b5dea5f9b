import { Field, Int, ObjectType } from 'type-graphql';
import { AssetKindEnum } from './enums.js';
import { Node } from './node.type.js';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A picture that this server keeps: a photo that was sent in, or a result.',
})
export class Asset extends Node {
  @Field(() => AssetKindEnum, { description: 'What it is for.' })
  kind!: keyof typeof AssetKindEnum;

  @Field(() => String, {
    nullable: true,
    description:
      'A signed link to the bytes that works without further login until `urlExpiresAt`; null once the asset is purged. Ask again for a fresh one.',
  })
  url!: string | null;

  @Field(() => Date, { nullable: true, description: 'When `url` stops working; null once the asset is purged.' })
  urlExpiresAt!: Date | null;

  @Field(() => Date, { description: 'When the asset is deleted.' })
  expiresAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the asset was deleted; null while it is there.' })
  purgedAt!: Date | null;

  @Field(() => Date, { description: 'When the asset was made.' })
  createdAt!: Date;

  @Field({ description: 'image/jpeg or image/png.' })
  mime!: string;

  @Field(() => Int, { description: 'Size of the file in bytes.' })
  bytes!: number;

  @Field(() => Int, { description: 'Width in pixels.' })
  width!: number;

  @Field(() => Int, { description: 'Height in pixels.' })
  height!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Dots per inch written in the file; null for a photo that was sent in.',
  })
  dpi!: number | null;

  @Field({ description: 'SHA-256 of the file, 64 hex digits.' })
  sha256!: string;

  @Field({ description: 'True if a vendor put a watermark over it.' })
  watermarked!: boolean;

  @Field({
    description:
      'True if it was generated: it carries the AI label that GB 45438 asks for, visible and in its metadata.',
  })
  aiLabel!: boolean;
}
