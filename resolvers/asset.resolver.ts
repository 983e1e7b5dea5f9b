import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { Asset } from '../schema/asset.type.js';
import { Upload } from '../schema/photo.input.js';
import type { AssetService } from '../src/assets/asset-service.js';
import type { AssetLinks } from '../src/assets/links.js';
import type { UploadedFile } from '../src/operations/photo-source.js';
import { toAsset } from './asset.map.js';
import type { Context } from './context.js';

@Resolver()
export class AssetResolver {
  constructor(
    private readonly assets: AssetService,
    private readonly links: AssetLinks,
  ) {}

  @Authorized('photos:create')
  @Mutation(() => Asset, {
    description:
      'Keeps a photo for one or more tasks: turned upright, in sRGB, without its metadata. JPEG, PNG or WebP.',
  })
  async uploadPhoto(
    @Arg('file', () => Upload, { description: 'A file of a multipart request (GraphQL multipart request spec).' })
    file: Promise<UploadedFile>,
    @Ctx() context: Context,
  ): Promise<Asset> {
    const { bytes } = await file;
    return toAsset(await this.assets.storeUpload(context.tenantId, bytes, context.actor), this.links);
  }
}
