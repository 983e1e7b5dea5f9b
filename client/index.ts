export { type Answer, type ClientOptions, DarkroomClient, type Document, type Whole } from './client.js';
export { ConnectionError, DarkroomError, RequestError, type ServerError, TaskError } from './errors.js';
export type { FollowOptions } from './follow.js';
export * from './generated.js';
export type { FormParts, Incoming, Outgoing, SendOptions, Transport, UploadProgress } from './transport.js';
