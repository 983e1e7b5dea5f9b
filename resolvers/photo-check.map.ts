import { PhotoCheck, PhotoReport } from '../schema/photo-check.type.js';
import { CHECKS, type PhotoCheck as Check, type CheckCode, type PhotoReport as Report } from '../src/engine/report.js';
import type { Language } from '../src/kernel/language.js';
import { CHECK_TEXTS, STANDARD_NAMES, UNJUDGED_TEXTS } from '../src/operations/check-texts.js';

const HEAD_TOPS = { HAIR: 'HAIR_TOP', SKULL: 'CROWN_WITHOUT_HAIR', EITHER: 'UNKNOWN' } as const;

export function toReport({ checks, head = null, ...report }: Report, language: Language): PhotoReport {
  // A report of a newer version may hold codes that this one does not know.
  const known = checks.filter(({ code }) => code in CHECKS);
  return Object.assign(new PhotoReport(), {
    ...report,
    head,
    checks: known.map(check => toCheck(check, language)),
  } satisfies PhotoReport);
}

function toCheck(check: Check, language: Language): PhotoCheck {
  const { code, verdict, severity, measured, min, max, source, rule, headTop, found, box, reason } = check;
  return Object.assign(new PhotoCheck(), {
    code,
    name: CHECK_TEXTS[code].name[language],
    verdict,
    severity,
    measured,
    min,
    max,
    unit: CHECKS[code],
    found: found ?? null,
    source,
    ruleId: rule,
    standard: standardOf(code),
    headTop: headTop === undefined ? null : HEAD_TOPS[headTop],
    box: box && { x: box.left, y: box.top, width: box.width, height: box.height },
    reason: reason ?? null,
    hint: hintOf(check, language),
  } satisfies PhotoCheck);
}

function standardOf(code: CheckCode): string | null {
  const name = STANDARD_NAMES[code];
  return name === undefined ? null : `ISO/IEC 29794-5:2025, ${name}`;
}

function hintOf({ code, verdict, reason }: Check, language: Language): string | null {
  if (verdict === 'PASS') return null;
  const hint = CHECK_TEXTS[code].hint[language];
  return reason === undefined ? hint : `${UNJUDGED_TEXTS[reason][language]} ${hint}`;
}
