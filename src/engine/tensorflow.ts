import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { ROOT } from '../kernel/paths.js';
import type { RgbImage } from './pixels.js';

const WEIGHTS = path.join(ROOT, 'src', 'engine', 'weights');

export type Model = GraphModel;

let backendReady: Promise<void> | undefined;

/** The WASM backend with SIMD. It has no threads in Node, so the engine scales by worker processes. */
function initialiseBackend(): Promise<void> {
  backendReady ??= (async () => {
    // The bundle in `dist/node_modules`, with the binaries beside it (scripts/build-bundled.mjs).
    setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), 'wasm-out', path.sep));
    // Otherwise tfjs prints an advertisement for its native package when the first model loads.
    tf.env().set('PROD', true);
    await tf.setBackend('wasm');
    await tf.ready();
  })();
  return backendReady;
}

interface Description<Topology> {
  modelTopology: Topology;
  format: string;
  signature?: object;
  weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
}

export interface ModelFile<Topology> {
  description: Description<Topology>;
  specs: tf.io.WeightsManifestEntry[];
  data: ArrayBuffer;
}

/** Reads `<name>.json` and `<name>.bin` of the weights folder. No network. */
export async function readModel<Topology extends object>(name: string): Promise<ModelFile<Topology>> {
  await initialiseBackend();
  const description = JSON.parse(readFileSync(path.join(WEIGHTS, `${name}.json`), 'utf8')) as Description<Topology>;
  const data = Uint8Array.from(readFileSync(path.join(WEIGHTS, `${name}.bin`))).buffer;
  return { description, specs: description.weightsManifest.flatMap(group => group.weights), data };
}

export async function loadModel(name: string): Promise<Model> {
  const { description, specs, data } = await readModel<object>(name);
  return loadGraphModel({
    load: async () => ({
      modelTopology: description.modelTopology,
      format: description.format,
      ...(description.signature ? { signature: description.signature } : {}),
      weightSpecs: specs,
      weightData: data,
    }),
  });
}

/** One NHWC image, each byte · `gain` + `offset`. */
export function tensorOf(image: RgbImage, gain: number, offset: number): tf.Tensor4D {
  const values = new Float32Array(image.data.length);
  for (let i = 0; i < values.length; i++) values[i] = image.data[i]! * gain + offset;
  return tf.tensor4d(values, [1, image.height, image.width, 3]);
}

/** Runs the model and returns the named outputs as plain arrays. Frees every tensor, the input too. */
export async function runModel(model: Model, input: tf.Tensor4D, outputs?: string[]): Promise<Float32Array[]> {
  const answer = outputs ? model.execute(input, outputs) : model.execute(input);
  const tensors = Array.isArray(answer) ? answer : [answer];
  // On the WASM backend data() returns a view of its heap, and the next allocation may move the heap. So it is copied.
  const values = await Promise.all(tensors.map(async tensor => Float32Array.from(await tensor.data())));
  for (const tensor of [...tensors, input]) tensor.dispose();
  return values;
}

export function mirrored(tensor: tf.Tensor4D): tf.Tensor4D {
  return tf.reverse(tensor, 2);
}
