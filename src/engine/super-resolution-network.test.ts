import * as tf from '@tensorflow/tfjs-core';
import type { RgbImage } from './pixels.js';
import { CHANNELS, loadSuperResolution, MARGIN } from './super-resolution-network.js';
import { readModel, tensorOf } from './tensorflow.js';

interface Layer {
  class_name: string;
  name: string;
  config: { padding?: 'same' | 'valid' };
  inbound_nodes: [string, ...unknown[]][][];
}

interface Topology {
  model_config: { config: { layers: Layer[]; output_layers: [string, ...unknown[]][] } };
}

const SIDE = 48;

test('the folded network is the one that the weights describe, layer by layer', async () => {
  const tile = noise(SIDE);
  const expected = await layerByLayer(tile);
  const values = await (await loadSuperResolution())(tile);
  const side = SIDE - 2 * MARGIN;
  expect(values).toHaveLength(side * side * CHANNELS);
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const [pixel, quarter, colour] = [Math.floor(i / CHANNELS), Math.floor((i % CHANNELS) / 3), i % 3];
    const x = 2 * (MARGIN + (pixel % side)) + (quarter & 1);
    const y = 2 * (MARGIN + Math.floor(pixel / side)) + (quarter >> 1);
    worst = Math.max(worst, Math.abs(values[i]! - expected[(y * 2 * SIDE + x) * 3 + colour]!));
  }
  // Of 255. Rounding in another order.
  expect(worst).toBeLessThan(0.01);
}, 150_000);

function noise(side: number): RgbImage {
  let seed = 1;
  const data = Uint8Array.from({ length: side * side * 3 }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed & 255;
  });
  return { data, width: side, height: side };
}

/** As Keras would run it. */
async function layerByLayer(tile: RgbImage): Promise<Float32Array> {
  const { description, specs, data } = await readModel<Topology>('esrgan-slim-x2');
  const weights = tf.io.decodeWeights(data, specs);
  const { layers, output_layers: outputs } = description.modelTopology.model_config.config;
  const results = new Map<string, tf.Tensor4D>();
  for (const layer of layers) {
    const inputs = (layer.inbound_nodes[0] ?? []).map(([from]) => results.get(from)!);
    results.set(layer.name, inputs.length > 0 ? apply(layer, inputs, weights) : tensorOf(tile, 1, 0));
  }
  return Float32Array.from(await results.get(outputs[0]![0])!.data());
}

function apply({ class_name: kind, name, config }: Layer, inputs: tf.Tensor4D[], weights: tf.NamedTensorMap) {
  const [image] = inputs as [tf.Tensor4D];
  switch (kind) {
    case 'Conv2D': {
      const convolved = tf.conv2d(image, weights[`${name}/kernel`] as tf.Tensor4D, 1, config.padding ?? 'valid');
      return tf.add(convolved, weights[`${name}/bias`]!) as tf.Tensor4D;
    }
    case 'Activation':
      return tf.relu(image);
    case 'Concatenate':
      return tf.concat(inputs, 3);
    case 'Add':
      return inputs.reduce((sum, each) => tf.add(sum, each));
    case 'UpSampling2D':
      return tf.image.resizeNearestNeighbor(image, [image.shape[1] * 2, image.shape[2] * 2]);
    default:
      throw new Error(`${name}: ${kind}`);
  }
}
