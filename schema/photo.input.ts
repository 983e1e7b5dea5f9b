import { createRequire } from 'node:module';
import type { GraphQLScalarType } from 'graphql';
import { Extensions, Field, ID, InputType } from 'type-graphql';
import { LIMITS } from '../src/kernel/limits.js';
import type { UploadedFile } from '../src/operations/photo-source.js';

// The package has no types of its own.
const { GraphQLUpload } = createRequire(__filename)('graphql-upload-minimal') as { GraphQLUpload: GraphQLScalarType };

/** The scalar `Upload` of graphql-upload-minimal; the values come from our own multipart reader. */
export const Upload = GraphQLUpload;

@Extensions({ oneOf: true })
@InputType({ description: 'A photo, given in exactly one way. JPEG, PNG or WebP, up to 20 MB and 50 megapixels.' })
export class PhotoInput {
  @Field(() => Upload, {
    nullable: true,
    description: 'A file of a multipart request (GraphQL multipart request spec).',
  })
  upload?: Promise<UploadedFile> | null;

  @Field(() => ID, { nullable: true, description: 'An asset of `uploadPhoto`, or the `source` of an earlier task.' })
  assetId?: string | null;

  @Field(() => String, { nullable: true, description: 'A public https URL, fetched once, now.' })
  url?: string | null;

  // The one long text of the API, here and below; src/server/check-values.ts reads the extension.
  @Extensions({ maxChars: LIMITS.http.jsonBytes })
  @Field(() => String, {
    nullable: true,
    description: 'The file in base64, with or without a `data:` prefix. An upload is quicker.',
  })
  base64?: string | null;
}

// By itself and not as the base of the one above: type-graphql leaves the extensions of inherited fields out.
@Extensions({ oneOf: true })
@InputType({ description: 'A photo that is sent along, in exactly one way; the same formats and limits.' })
export class SentPhotoInput {
  @Field(() => Upload, {
    nullable: true,
    description: 'A file of a multipart request (GraphQL multipart request spec).',
  })
  upload?: Promise<UploadedFile> | null;

  @Extensions({ maxChars: LIMITS.http.jsonBytes })
  @Field(() => String, {
    nullable: true,
    description: 'The file in base64, with or without a `data:` prefix. An upload is quicker.',
  })
  base64?: string | null;
}
