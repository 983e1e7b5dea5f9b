import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from '../kernel/paths.js';
import { checkHash, type MattingModel, MattingModelError, RUNTIME } from './matting-model.js';

const side = z.number().int().min(32).max(2_048);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);

/** The JSON beside the file of a model; see MattingModel. */
const DESCRIPTION = z.strictObject({
  title: z.string().max(200),
  /** SPDX. Whether it fits is for the operator to judge. */
  licence: z.string().max(100),
  origin: z.string().max(500).optional(),
  /** Where the file is fetched from. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive().optional(),
  memoryMb: z.number().int().min(1).max(16_000),
  input: z.strictObject({
    name: z.string().min(1).max(200),
    width: side,
    height: side,
    layout: z.enum(['NCHW', 'NHWC']),
    colours: z.enum(['RGB', 'BGR']),
    mean: perChannel,
    std: perChannel.refine(values => values.every(value => value > 0)),
  }),
  output: z.strictObject({
    name: z.string().min(1).max(200),
    range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high),
  }),
});

export type MattingDescription = z.output<typeof DESCRIPTION>;

/** Throws MattingModelError that names the wrong fields. */
export function parseDescription(text: string): MattingDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new MattingModelError('its description is not JSON');
  }
  const parsed = DESCRIPTION.safeParse(json);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ code, path: at }) =>
    code === 'unrecognized_keys' ? `${at.join('.') || 'it'} has unknown fields` : `${at.join('.')} is wrong or missing`,
  );
  throw new MattingModelError(`in its description ${[...new Set(wrong)].slice(0, 10).join(', ')}`);
}

/** `models/modnet.onnx` is described by `models/modnet.json`. */
export function descriptionFile(file: string): string {
  return `${file.replace(/\.onnx$/, '')}.json`;
}

/** The model of this file. Its runtime is not looked at. Throws MattingModelError. */
export function readMattingModel(file: string): MattingModel {
  if (!file.endsWith('.onnx')) throw new MattingModelError('its name does not end with .onnx');
  const description = descriptionFile(file);
  if (!existsSync(file)) throw new MattingModelError('the file is not there');
  if (!existsSync(description))
    throw new MattingModelError('there is no description beside it: the same name with .json instead of .onnx');
  const { sha256, memoryMb, input, output } = parseDescription(readText(description));
  const model = { file, sha256, memoryMb, input, output };
  checkHash(model, readBytes(file));
  return model;
}

/** Throws MattingModelError. */
export function requireRuntime(folder = RUNTIME): void {
  if (!existsSync(path.join(folder, 'node_modules', 'onnxruntime-node', 'package.json')))
    throw new MattingModelError('its runtime is not installed; run `npm ci --prefix optional/onnxruntime`');
}

/** The descriptions that come with Darkroom, by name. */
export const KNOWN_MODELS = path.join(ROOT, 'src', 'engine', 'matting-models');

function readText(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8');
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    throw new MattingModelError(`the ${file.endsWith('.onnx') ? 'file' : 'description'} cannot be read`);
  }
}
