/** What POST /photos can ask for; the first is the default. The names are those of the mutations. */
const ASSET = 'id url mime bytes widthPx heightPx expiresAt';

const TASK = `fragment Made on Task {
  id operation state stage sequence warnings
  failure { code message userMessage userFixable retryable }
  ... on IdPhotoTask { photos { id warnings clean { ...Picture } preview { ...Picture } } }
  ... on BackgroundTask { image { ...Picture } }
  ... on PhotoCheckTask { report { verdict checks { code name verdict hint } } }
  ... on RestorationTask { image { ...Picture } }
}
fragment Picture on Asset { ${ASSET} }`;

interface PhotoForm {
  readonly query: string;
  /** `$input`, whose `photo` is the file; else `$photo`. */
  readonly takesInput: boolean;
}

function taskForm(mutation: string, input: string): [string, PhotoForm] {
  const query = `mutation PhotoForm($input: ${input}!, $waitSeconds: Int! = 0) {
  made: ${mutation}(input: $input, waitSeconds: $waitSeconds) { ...Made }
}
${TASK}`;
  return [mutation, { query, takesInput: true }];
}

const UPLOAD = `mutation PhotoForm($photo: Upload!) { made: uploadPhoto(file: $photo) { ${ASSET} } }`;

export const PHOTO_FORMS: ReadonlyMap<string, PhotoForm> = new Map<string, PhotoForm>([
  ['uploadPhoto', { query: UPLOAD, takesInput: false }],
  taskForm('createIdPhoto', 'CreateIdPhotoInput'),
  taskForm('checkPhoto', 'CheckPhotoInput'),
  taskForm('changeBackground', 'ChangeBackgroundInput'),
  taskForm('restorePhoto', 'RestorePhotoInput'),
  taskForm('usePhotoLink', 'UsePhotoLinkInput'),
]);
