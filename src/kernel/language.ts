/** The languages of `userMessage`. */
export type Language = 'en' | 'zh';

/** By the first of our languages that an Accept-Language header names; browsers list them by preference. English otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return findLanguage(acceptLanguage) ?? 'en';
}

/** The first of our languages in a list of tags: `zh`, `zh-CN,en;q=0.5`, `zh_CN` (as WeChat writes it). */
export function findLanguage(tags: unknown): Language | undefined {
  if (typeof tags !== 'string') return undefined;
  for (const tag of tags.slice(0, 200).split(',')) {
    const [, language] = /^(en|zh)(?![a-z0-9])/.exec(tag.trim().toLowerCase()) ?? [];
    if (language) return language as Language;
  }
  return undefined;
}
