import { createHash } from 'node:crypto';
import path from 'node:path';
import { ROOT } from '../kernel/paths.js';

/** The folder of the runtime. It is installed on request, since it takes 290 MB: `npm ci --prefix optional/onnxruntime`. */
export const RUNTIME = path.join(ROOT, 'optional', 'onnxruntime');

/** A model that segments in the place of the engine's own: one picture in, one probability a pixel out. */
export interface MattingModel {
  /** The ONNX file. */
  file: string;
  /** Of that file, in hexadecimal. */
  sha256: string;
  /** What a worker may take more because of the model. */
  memoryMb: number;
  input: {
    name: string;
    /** The picture is stretched to this size. */
    width: number;
    height: number;
    layout: 'NCHW' | 'NHWC';
    colours: 'RGB' | 'BGR';
    /** Of colours from 0 to 1, in the order of `colours`: (value - mean) / std. */
    mean: readonly [number, number, number];
    std: readonly [number, number, number];
  };
  output: {
    name: string;
    /** What it gives for background, and for the person. */
    range: readonly [number, number];
  };
}

/** What is wrong with a model, in words for the operator that hold neither the path nor what the files contain. */
export class MattingModelError extends Error {
  override readonly name = 'MattingModelError';
}

/** Throws MattingModelError where these are not the bytes that the description pins. */
export function checkHash({ sha256 }: Pick<MattingModel, 'sha256'>, bytes: Uint8Array): void {
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new MattingModelError('its sha256 is not that of its description');
}
