import type { IdPhotoJob, PaintingJob } from '../../datasources/contract.js';
import { variables as idPhotoVariables, readJumeiIdPhoto } from '../../datasources/jumei-id-photo/config.js';
import { idPhotoParameters } from '../../datasources/jumei-id-photo/wire.js';
import { variables as paintingVariables, readJumeiPainting } from '../../datasources/jumei-painting/config.js';
import { submitParameters } from '../../datasources/jumei-painting/wire.js';
import { VendorHttp } from '../../datasources/kit/http.js';
import { type GatewayAnswer, type GatewayCall, HuaweiGateway } from '../../datasources/kit/huawei-gateway.js';
import { type HuaweiLogin, PARAMS_IN, type ParamsIn } from '../../datasources/kit/huawei-login.js';
import { asText } from '../../datasources/kit/json-object.js';
import { GREY_PHOTO } from './grey-photo.js';
import { readError, type Say, type Seen, watch } from './report.js';
import type { Trial } from './step.js';

type Ask = Pick<GatewayCall, 'url' | 'parameters' | 'bills'>;

const SAMPLE_PHOTO: IdPhotoJob = {
  specId: null,
  options: {
    widthPx: 295,
    heightPx: 413,
    dpi: 300,
    headRatio: 0.62,
    backgrounds: [{ kind: 'solid', hex: '#FFFFFF' }],
  },
};
const SAMPLE_PAINTING: PaintingJob = { text: '一只猫', style: '油画', resolution: '1024*1024', count: 1 };

/** Of the three forms one is right. The refusal of a wrong one costs nothing, so the first call that is taken is the only one that can. */
export function idPhotoTrial(values: Readonly<Record<string, unknown>>): Trial | undefined {
  const config = readJumeiIdPhoto(pick<Parameters<typeof readJumeiIdPhoto>[0]>(values, idPhotoVariables));
  if (config === undefined) return undefined;
  const parameters = idPhotoParameters(SAMPLE_PHOTO, 0, { base64: GREY_PHOTO.toString('base64') }, 'custom');
  return {
    billed: {
      what: 'one ID photo of a small grey picture that shows nobody, in each form until one is taken',
      run: say =>
        withGateway(config.login, async gateway => {
          const found = await findForm(gateway, { url: config.url, parameters, bills: true }, config.paramsIn, say);
          return conclude('JUMEI_ID_PHOTO_PARAMS_IN', config.paramsIn, found, say);
        }),
    },
  };
}

export function paintingTrial(values: Readonly<Record<string, unknown>>): Trial | undefined {
  const config = readJumeiPainting(pick<Parameters<typeof readJumeiPainting>[0]>(values, paintingVariables));
  if (config === undefined) return undefined;
  let form = config.paramsIn;
  return {
    free: {
      what: 'a question about a painting that does not exist, in each form until one is taken; no page says that questions cost',
      run: say =>
        withGateway(config.login, async gateway => {
          const question = { url: config.queryUrl, parameters: { taskId: '1' }, bills: false };
          const found = await findForm(gateway, question, config.paramsIn, say);
          if (found !== undefined) form = found;
          return conclude('JUMEI_PAINTING_PARAMS_IN', config.paramsIn, found, say);
        }),
    },
    billed: {
      what: 'one painting of one picture',
      run: say =>
        withGateway(config.login, async gateway => {
          const submission = { url: config.submitUrl, parameters: submitParameters(SAMPLE_PAINTING), bills: true };
          return (await ask(gateway, submission, form, say)).kind === 'TAKEN';
        }),
    },
  };
}

/** The first form that the product takes, the configured one before the others. Ends at trouble that no form can mend. */
async function findForm(
  gateway: HuaweiGateway,
  call: Ask,
  configured: ParamsIn,
  say: Say,
): Promise<ParamsIn | undefined> {
  for (const form of [configured, ...PARAMS_IN.filter(other => other !== configured)]) {
    const { kind } = await ask(gateway, call, form, say);
    if (kind === 'TAKEN') return form;
    if (kind === 'TROUBLE') return undefined;
  }
  return undefined;
}

async function ask(gateway: HuaweiGateway, call: Ask, form: ParamsIn, say: Say): Promise<Seen> {
  const signal = AbortSignal.timeout(60_000);
  const { result, httpStatus } = await watch(() => gateway.call({ ...call, paramsIn: form, signal }));
  const seen = result instanceof Error ? readError(result, httpStatus) : readAnswer(result);
  say(`parameters in ${form}: ${seen.text}`);
  return seen;
}

/** The vendor's own 400 is what it says where it does not see the parameters. It is booked as not charged. */
function readAnswer({ status, body, bills, redact }: GatewayAnswer): Seen {
  const code = asText(body.code);
  if (code === undefined) return { kind: 'TROUBLE', text: `HTTP ${status}, no vendor code` };
  const words = redact(body.msg);
  const charged = !bills || code === '400' ? '' : ': it may have been charged';
  return {
    kind: code === '400' ? 'REFUSED' : 'TAKEN',
    text: `HTTP ${status}, vendor code ${code}${words === undefined ? '' : ` (${words})`}${charged}`,
  };
}

function conclude(name: string, configured: ParamsIn, found: ParamsIn | undefined, say: Say): boolean {
  if (found === undefined) {
    say(
      'No form was taken. If a login was refused, the keys are wrong; else ask the vendor with what is printed above.',
    );
    return false;
  }
  say(found === configured ? 'The form that is set is right:' : 'Put this line into .env:');
  say(`  ${name}=${found}`);
  return true;
}

async function withGateway<T>(login: HuaweiLogin, work: (gateway: HuaweiGateway) => Promise<T>): Promise<T> {
  const http = new VendorHttp({ concurrency: 1 });
  try {
    return await work(new HuaweiGateway(http, login));
  } finally {
    await http.close();
  }
}

function pick<Values>(values: Readonly<Record<string, unknown>>, rules: object): Values {
  return Object.fromEntries(Object.keys(rules).map(name => [name, values[name]])) as Values;
}
