/** GraphQL over HTTP: the type of an answer that may have another status than 200. */
export const RESPONSE_TYPE = 'application/graphql-response+json';

export function takesResponseType(accept: string | undefined): boolean {
  return accept?.includes(RESPONSE_TYPE) ?? false;
}

/** Under plain JSON, GraphQL over HTTP asks for 200 for a well-formed request, even one that is not executed. */
export function statusOfRequestError(accept: string | undefined): 200 | 400 {
  return takesResponseType(accept) ? 400 : 200;
}
