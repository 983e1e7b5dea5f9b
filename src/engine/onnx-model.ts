import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkHash, type MattingModel, MattingModelError, RUNTIME } from './matting-model.js';
import { type RgbImage, resize } from './pixels.js';
import { type Plane, resizeBilinear } from './plane.js';

/** What is used of onnxruntime-node. It is not installed everywhere, so its own types are not there either. */
interface Runtime {
  env: { logLevel: string };
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
  InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, Tensor>, fetches: readonly string[]): Promise<Record<string, Tensor>>;
}
interface Tensor {
  readonly type: string;
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
  dispose?(): void;
}

export interface ModelTrial {
  /** What is wrong; undefined: it runs. */
  fault?: string;
  loadCpuMs: number;
  /** Of one picture. */
  cpuMs: number;
}

let plugged: MattingModel | undefined;
let loaded: Promise<{ runtime: Runtime; session: Session }> | undefined;

/** From now on this model segments. It is loaded when it is first needed. */
export function plugMattingModel(model: MattingModel): void {
  plugged = model;
}

/** Probability that each pixel belongs to a person, 0..1; undefined where no model is plugged in. */
export async function segmentByModel(image: RgbImage): Promise<Plane | undefined> {
  if (plugged === undefined) return undefined;
  const { input, output } = plugged;
  loaded ??= load(plugged);
  const { runtime, session } = await loaded;
  const small = await resize(image, input.width, input.height);
  const tensor = new runtime.Tensor('float32', inputValues(small, input), inputShape(input));
  const answers = await session.run({ [input.name]: tensor }, [output.name]);
  const answer = answers[output.name]!;
  const mask = planeOf(answer, output.range);
  answer.dispose?.();
  return resizeBilinear(mask, image.width, image.height);
}

/** Loads the model and runs it once. A fault is told, not thrown: it is the operator's, not a picture's. */
export async function tryMattingModel(): Promise<ModelTrial> {
  const start = cpuMs();
  const trial: ModelTrial = { loadCpuMs: 0, cpuMs: 0 };
  try {
    loaded ??= load(plugged!);
    await loaded;
    trial.loadCpuMs = cpuMs() - start;
    const grey = { data: new Uint8Array(64 * 48 * 3).fill(128), width: 64, height: 48 };
    await segmentByModel(grey).catch(error => {
      if (error instanceof MattingModelError) throw error;
      throw new MattingModelError('it does not run on a picture as its description says; look at the input');
    });
    trial.cpuMs = cpuMs() - start - trial.loadCpuMs;
  } catch (error) {
    if (!(error instanceof MattingModelError)) throw error;
    trial.fault = error.message;
  }
  return trial;
}

async function load(model: MattingModel): Promise<{ runtime: Runtime; session: Session }> {
  const runtime = requireRuntime();
  const bytes = readFileSync(model.file);
  checkHash(model, bytes);
  runtime.env.logLevel = 'error';
  // One thread: the engine scales by worker processes, and the server's own thread wants a core, too. Without the arena
  // the memory of a run is given back after it.
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, enableCpuMemArena: false, logSeverityLevel: 3 };
  const session = await runtime.InferenceSession.create(bytes, options).catch(() => {
    throw new MattingModelError('the runtime cannot load it: it is no ONNX model, or wants a newer runtime');
  });
  if (session.inputNames.length !== 1 || session.inputNames[0] !== model.input.name)
    throw new MattingModelError('its input has another name than in its description, or there are several');
  if (!session.outputNames.includes(model.output.name))
    throw new MattingModelError('it has no output of the name in its description');
  return { runtime, session };
}

function requireRuntime(): Runtime {
  try {
    return createRequire(path.join(RUNTIME, 'package.json'))('onnxruntime-node') as Runtime;
  } catch {
    throw new MattingModelError(
      'its runtime cannot be loaded on this system; run `npm ci --prefix optional/onnxruntime`',
    );
  }
}

type Input = MattingModel['input'];

function inputShape({ width, height, layout }: Input): number[] {
  return layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
}

export function inputValues({ data }: RgbImage, { layout, colours, mean, std }: Input): Float32Array {
  const pixels = data.length / 3;
  const values = new Float32Array(data.length);
  for (let c = 0; c < 3; c++) {
    const from = colours === 'RGB' ? c : 2 - c;
    const gain = 1 / (255 * std[c]!);
    const offset = mean[c]! / std[c]!;
    const [start, step] = layout === 'NCHW' ? [c * pixels, 1] : [c, 3];
    for (let i = 0; i < pixels; i++) values[start + i * step] = data[i * 3 + from]! * gain - offset;
  }
  return values;
}

/** One value a pixel, whatever dimensions of 1 stand around rows and columns. */
export function planeOf(
  { type, data, dims }: Pick<Tensor, 'type' | 'data' | 'dims'>,
  [low, high]: readonly [number, number],
): Plane {
  const [height, width, ...rest] = dims.filter(size => size !== 1);
  if (type !== 'float32' || width === undefined || height === undefined || rest.length > 0)
    throw new MattingModelError('its output is not one number (float32) for each pixel of a picture');
  const plane = { data: new Float32Array(width * height), width, height };
  for (let i = 0; i < plane.data.length; i++) {
    const value = (data[i]! - low) / (high - low);
    if (Number.isNaN(value)) throw new MattingModelError('its output has values that are no numbers');
    plane.data[i] = Math.min(1, Math.max(0, value));
  }
  return plane;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
}
