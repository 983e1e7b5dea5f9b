import { Field, Int, ObjectType } from 'type-graphql';
import { AssetKindEnum } from './enums.js';
import { Node } from './node.type.js';
import { URLScalar } from './scalars.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'A label of generated content in the metadata of a picture (GB 45438-2025), as its producer wrote it: it stays through every operation. Texts of others: show them as text.',
})
export class AigcLabel {
  @Field({ description: '1: generated; 2: may be generated; 3: suspected. Some producers write other words.' })
  label!: string;

  @Field({ description: 'Who made it: a name, or the code of a provider. Empty where the label cannot be read.' })
  contentProducer!: string;

  @Field({ description: "The producer's own number of it." })
  produceId!: string;

  @Field({ description: 'Who handed it on last; this server writes `DARKROOM_AIGC_PROVIDER`.' })
  contentPropagator!: string;

  @Field({
    description:
      'The number there; here it is the id of the task that made the picture, or of the asset that was sent in.',
  })
  propagateId!: string;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A photo that was sent in, byte for byte as it was sent: with its metadata, which may tell where and when it was taken. Kept sealed, and erased with its upright copy.',
})
export class OriginalPhoto {
  @Field(() => URLScalar, {
    description: 'A signed link to the bytes, as a download, that works without further login until `urlExpiresAt`.',
  })
  url!: string;

  @Field(() => Date, { description: 'When `url` stops working. Ask again for a fresh one.' })
  urlExpiresAt!: Date;

  @Field({ description: 'image/jpeg, image/png or image/webp, by its content.' })
  mime!: string;

  @Field(() => Int, { description: 'Size of the file in bytes.' })
  bytes!: number;

  @Field(() => Int, { description: 'Width in pixels as it lies in the file, before it is turned upright.' })
  widthPx!: number;

  @Field(() => Int, { description: 'Height in pixels as it lies in the file.' })
  heightPx!: number;

  @Field({ description: 'SHA-256 of the file, 64 hex digits: that of the file on the disk of whoever sent it.' })
  sha256!: string;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A picture that this server keeps: a photo that was sent in, or a result.',
})
export class Asset extends Node {
  @Field(() => AssetKindEnum, { description: 'What it is for.' })
  kind!: keyof typeof AssetKindEnum;

  @Field(() => URLScalar, {
    nullable: true,
    description:
      'A signed link to the bytes that works without further login until `urlExpiresAt`; null once the asset is purged. Ask again for a fresh one.',
  })
  url!: string | null;

  @Field(() => URLScalar, {
    nullable: true,
    description:
      'A signed link, as `url`, to a small copy for lists: WebP, made when it is first asked for, with the labels of the picture. Null once the asset is purged.',
  })
  thumbnail?: string | null;

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
  widthPx!: number;

  @Field(() => Int, { description: 'Height in pixels.' })
  heightPx!: number;

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
      'True if its metadata says that it was generated, or made from what was, by the label that GB 45438 asks for; see `aigc`.',
  })
  aiLabel!: boolean;

  @Field(() => [AigcLabel], {
    description:
      'The labels that it carries, mostly none or one. The first is the one that readers find; a picture that was made of several has more.',
  })
  aigc!: AigcLabel[];

  @Field({
    description:
      'True for a JPEG that had been cut off when it was sent: its last lines, at most a tenth, were missing and are left out. Tasks on it have the warning TRUNCATED_IMAGE.',
  })
  truncated!: boolean;

  @Field(() => OriginalPhoto, {
    nullable: true,
    description:
      'The photo as it was sent. Null for a result, for a photo that came before originals were kept, once it is purged, and for task tokens and photo links.',
  })
  original?: OriginalPhoto | null;
}
