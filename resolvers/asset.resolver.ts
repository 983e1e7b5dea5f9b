import { Arg, Authorized, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Asset, OriginalPhoto } from '../schema/asset.type.js';
import { Upload } from '../schema/photo.input.js';
import { URLScalar } from '../schema/scalars.js';
import type { AssetService } from '../src/assets/asset-service.js';
import type { AssetLinks } from '../src/assets/links.js';
import { badInput } from '../src/kernel/errors.js';
import type { UploadedFile } from '../src/operations/photo-source.js';
import { toAsset, toOriginal } from './asset.map.js';
import type { Context } from './context.js';

/** A few widths, so that a picture is not made anew for each pixel that a page differs by. */
const WIDTHS = [64, 128, 256, 512] as const;

@Resolver(() => Asset)
export class AssetResolver {
  constructor(
    private readonly assets: AssetService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => Asset, {
    description:
      'Keeps a photo for one or more tasks: turned upright, in sRGB, without its metadata. Its bytes as they were sent are kept beside it, sealed (`original`). JPEG, PNG or WebP.',
  })
  async uploadPhoto(
    @Arg('file', () => Upload, { description: 'A file of a multipart request (GraphQL multipart request spec).' })
    file: Promise<UploadedFile>,
    @Ctx() context: Context,
  ): Promise<Asset> {
    const { bytes } = await file;
    return toAsset(await this.assets.storeUpload(context.tenantId, bytes, context.actor), this.links);
  }

  @FieldResolver(() => URLScalar, { nullable: true })
  thumbnail(
    @Root() { id, purgedAt }: Asset,
    @Arg('widthPx', () => Int, {
      defaultValue: 128,
      description: `Its width: 1 to 512, rounded up to ${WIDTHS.join(', ')}. No wider than the picture.`,
    })
    widthPx: number,
  ): string | null {
    const width = widthPx < 1 ? undefined : WIDTHS.find(wide => wide >= widthPx);
    if (width === undefined) throw badInput('widthPx', 'RANGE', '1 to 512');
    return purgedAt === null ? this.links.sign(id, width).url : null;
  }

  @FieldResolver(() => OriginalPhoto, { nullable: true })
  async original(@Root() { id, kind, purgedAt }: Asset, @Ctx() context: Context): Promise<OriginalPhoto | null> {
    const row = kind === 'INPUT' && purgedAt === null ? await context.originals.load(id) : undefined;
    return row === undefined ? null : toOriginal(row, this.links);
  }
}
