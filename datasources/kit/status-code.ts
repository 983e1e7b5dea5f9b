/** A status that the vendor's guide does not list, as it may be told and logged: `status 2`. */
export function unlistedStatus(status: string): string {
  return `status ${/^[\w.-]{1,40}$/.test(status) ? status : '(not a code)'}`;
}
