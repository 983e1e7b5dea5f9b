import { DarkroomError } from '../../src/kernel/errors.js';

/** The signed URL that `photoUrl` gives; undefined where the vendor cannot reach us, so that the photo itself has to be sent. */
export async function reachableUrl(photoUrl: () => Promise<string>): Promise<string | undefined> {
  try {
    return await photoUrl();
  } catch (error) {
    if (DarkroomError.is(error) && error.code === 'PUBLIC_URL_NEEDED') return undefined;
    throw error;
  }
}
