import { language } from '../i18n/language.ts';
import { ApiError } from './errors.ts';
import { UploadPhotoDocument, type UploadPhotoMutation } from './generated.ts';

export type UploadedPhoto = NonNullable<UploadPhotoMutation['uploadPhoto']>;

/** Sends a photo as a GraphQL multipart request. By XMLHttpRequest: fetch tells nothing of an upload's progress. Rejects with ApiError. */
export function uploadPhoto(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<UploadedPhoto> {
  const body = new FormData();
  body.append('operations', JSON.stringify({ query: UploadPhotoDocument, variables: { file: null } }));
  body.append('map', '{"0":["variables.file"]}');
  // A name of a file can be personal data, and the server has no use for it.
  body.append('0', file, 'photo');
  const request = new XMLHttpRequest();
  request.open('POST', '/graphql');
  request.setRequestHeader('graphql-require-preflight', 'dashboard');
  request.setRequestHeader('accept-language', language());
  request.setRequestHeader('accept', 'application/graphql-response+json, application/json');
  request.responseType = 'json';
  request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
  signal.addEventListener('abort', () => request.abort());
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(ApiError.network('The upload broke off.'));
    request.onabort = () => reject(ApiError.network('The upload was stopped.'));
    request.onload = () => {
      const { data, errors } = (request.response ?? {}) as {
        data?: UploadPhotoMutation;
        errors?: { message: string }[];
      };
      if (data?.uploadPhoto) resolve(data.uploadPhoto);
      else reject(errors?.[0] ? ApiError.of(errors[0]) : ApiError.network(`HTTP ${request.status}`));
    };
    request.send(body);
  });
}
