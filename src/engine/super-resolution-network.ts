import * as tf from '@tensorflow/tfjs-core';
import { added, concatenated, convolved, type Folded, inputOf, type Kernel } from './folded-convolution.js';
import type { RgbImage } from './pixels.js';
import { readModel } from './tensorflow.js';

/** By so many rows and columns on each side the result is smaller than what the network looks at. */
export const MARGIN = 10;
/** Colours of the four pixels that one pixel becomes. */
export const CHANNELS = 12;

/**
 * Width and height doubled, of all but the margin of a tile. Of each pixel red, green and blue of its upper left, upper
 * right, lower left and lower right quarter; 0..255, not clipped. A view, valid until the next run.
 */
export type SuperResolution = (tile: RgbImage) => Promise<Float32Array>;

/**
 * UpscalerJS's esrgan-slim x2. Four of its twelve convolutions are followed by a ReLU. What lies between is linear, so
 * it is multiplied out when it loads. The function is the same, for a third of the work: 73 thousand multiplications for
 * each pixel of the source instead of 223 thousand.
 */
export async function loadSuperResolution(): Promise<SuperResolution> {
  const { specs, data } = await readModel<object>('esrgan-slim-x2');
  const layers = tf.io.decodeWeights(data, specs);
  const kernel = (name: string) => kernelOf(layers[`${name}/kernel`] as tf.Tensor4D);
  const bias = (name: string) => Float32Array.from(layers[`${name}/bias`]!.dataSync());
  const after = (folded: Folded, name: string) => convolved(folded, kernel(name), bias(name));

  const start = after(inputOf('image', 3), 'F_m1');
  const features = after(start, 'F_0');
  const first = after(features, 'F_1_1');
  const local = added(after(concatenated(features, inputOf('first', 4)), 'LFF_1'), features);
  const second = after(local, 'F_2_1');
  const next = added(after(concatenated(local, inputOf('second', 4)), 'LFF_2'), local);
  const fused = added(after(after(concatenated(local, next), 'GFF_1'), 'GFF_2'), start);
  const wide = after(fused, 'UPN1');

  const steps: Steps = {
    first: { ...imageStep(first.kernels), bias: tf.tensor1d(first.bias) },
    secondOfImage: imageStep(second.kernels),
    secondOfFirst: { filter: filterOf(second.kernels.get('first')!), bias: tf.tensor1d(second.bias) },
    wideOfImage: imageStep(wide.kernels),
    wideOfFirst: { filter: filterOf(wide.kernels.get('first')!) },
    wideOfSecond: { filter: filterOf(wide.kernels.get('second')!), bias: tf.tensor1d(wide.bias) },
    narrow: { filter: layers['UPN2/kernel'] as tf.Tensor4D, bias: layers['UPN2/bias'] as tf.Tensor1D },
    quarters: { filter: layers['UPN3/kernel'] as tf.Tensor4D, bias: layers['UPN3/bias'] as tf.Tensor1D },
    colours: {
      filter: filterOf(enlarged(kernel('SR'))),
      bias: tf.tensor1d(Float32Array.from({ length: CHANNELS }, (_, i) => bias('SR')[i % 3]!)),
    },
  };
  return async tile => {
    const output = tf.tidy(() => run(steps, tile));
    // A view of the WASM heap, valid until the next allocation.
    const values = (await output.data()) as Float32Array;
    output.dispose();
    return values;
  };
}

interface Step {
  filter: tf.Tensor4D;
  bias?: tf.Tensor1D;
}

type Steps = Record<
  | 'first'
  | 'secondOfImage'
  | 'secondOfFirst'
  | 'wideOfImage'
  | 'wideOfFirst'
  | 'wideOfSecond'
  | 'narrow'
  | 'quarters'
  | 'colours',
  Step
>;

/** Each step looks at its kernel's radius, so the margins that are cut off bring them to one size. */
function run(steps: Steps, tile: RgbImage): tf.Tensor4D {
  const narrowRows = rowsOf(tile, 0, 7);
  const first = convolve(narrowRows, steps.first, 'relu');
  const second = tf.relu(
    tf.add(cropped(convolve(narrowRows, steps.secondOfImage), 1), convolve(first, steps.secondOfFirst)),
  ) as tf.Tensor4D;
  const wide = tf.relu(
    tf.addN([
      convolve(rowsOf(tile, 2, 11), steps.wideOfImage),
      convolve(cropped(first, 1), steps.wideOfFirst),
      convolve(second, steps.wideOfSecond),
    ]),
  ) as tf.Tensor4D;
  return convolve(convolve(convolve(wide, steps.narrow, 'relu'), steps.quarters), steps.colours);
}

function convolve(x: tf.Tensor4D, { filter, bias }: Step, activation: 'linear' | 'relu' = 'linear'): tf.Tensor4D {
  return tf.fused.conv2d({ x, filter, strides: 1, pad: 'valid', activation, ...(bias ? { bias } : {}) });
}

function cropped(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  const [, height, width, channels] = x.shape;
  return tf.slice(x, [0, margin, margin, 0], [1, height - 2 * margin, width - 2 * margin, channels]);
}

/**
 * For each pixel the colours of the `size` pixels of its row, as channels. A kernel of `size` columns over 3 channels
 * becomes one of a single column over many, which the backend's inner loop over channels runs three times as fast.
 */
function rowsOf({ data, width, height }: RgbImage, margin: number, size: number): tf.Tensor4D {
  const columns = width - 2 * margin - size + 1;
  const rows = height - 2 * margin;
  const values = new Float32Array(rows * columns * size * 3);
  for (let y = 0, to = 0; y < rows; y++) {
    const start = ((y + margin) * width + margin) * 3;
    for (let x = 0; x < columns; x++, to += size * 3) {
      const from = start + x * 3;
      values.set(data.subarray(from, from + size * 3), to);
    }
  }
  return tf.tensor4d(values, [1, rows, columns, size * 3]);
}

function imageStep(kernels: Folded['kernels']): Step {
  const { size, to, weights } = kernels.get('image')!;
  return { filter: tf.tensor4d(weights, [size, 1, size * 3, to]) };
}

function kernelOf(filter: tf.Tensor4D): Kernel {
  const [size, , from, to] = filter.shape;
  return { size, from, to, weights: Float32Array.from(filter.dataSync()) };
}

function filterOf({ size, from, to, weights }: Kernel): tf.Tensor4D {
  return tf.tensor4d(weights, [size, size, from, to]);
}

/** A kernel of 3 x 3 on a picture whose pixels were repeated twice, as one on the picture before that. */
function enlarged(kernel: Kernel): Kernel {
  const result = {
    size: 3,
    from: kernel.from,
    to: 4 * kernel.to,
    weights: new Float32Array(9 * kernel.from * 4 * kernel.to),
  };
  for (let quarter = 0; quarter < 4; quarter++) {
    for (let at = 0; at < 9; at++) {
      const y = 1 + Math.floor(((quarter >> 1) + Math.floor(at / 3) - 1) / 2);
      const x = 1 + Math.floor(((quarter & 1) + (at % 3) - 1) / 2);
      for (let from = 0; from < kernel.from; from++) {
        for (let to = 0; to < kernel.to; to++) {
          const i = ((y * 3 + x) * kernel.from + from) * result.to + quarter * kernel.to + to;
          result.weights[i]! += kernel.weights[(at * kernel.from + from) * kernel.to + to]!;
        }
      }
    }
  }
  return result;
}
