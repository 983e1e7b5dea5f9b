import type { IncomingMessage } from 'node:http';
import type { BodyShare } from '../body/body-budget.js';
import { readParts } from './multipart-parts.js';
import { type PhotoForms, requestOfForm } from './photo-form.js';
import { type GraphQLRequestBody, placeFiles } from './place-files.js';

/**
 * Replaces graphql-upload-minimal's `processRequest`; the scalar and the class are the package's. Gives the GraphQL
 * request with every declared file read and in its place, so no resolver waits for the socket, whatever the order of the
 * parts. With `forms` the body is a plain form. Throws DarkroomError only.
 *
 * The package loads busboy 1.6, which is no longer maintained, for its own `processRequest`. Nothing calls that.
 */
export async function processRequest(
  request: IncomingMessage,
  share: BodyShare,
  forms?: PhotoForms,
): Promise<GraphQLRequestBody> {
  const parts = await readParts(request, share);
  return forms ? requestOfForm(parts, forms) : placeFiles(parts);
}
