/** The languages of `userMessage`. */
export type Language = 'en' | 'zh';

/** The first of our languages that an Accept-Language header names; browsers list them by preference. English otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  for (const tag of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const name = tag.trim().toLowerCase();
    if (/^zh\b/.test(name)) return 'zh';
    if (/^en\b/.test(name)) return 'en';
  }
  return 'en';
}
