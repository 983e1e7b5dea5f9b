import * as tf from '@tensorflow/tfjs-core';
import { readModel } from './tensorflow.js';

interface Layer {
  class_name: string;
  name: string;
  config: { padding?: 'same' | 'valid'; activation?: 'linear' | 'relu'; size?: [number, number] };
  inbound_nodes: [string, ...unknown[]][][];
}

interface Topology {
  model_config: { config: { layers: Layer[]; output_layers: [string, ...unknown[]][] } };
}

/** Maps an image to an image. The caller owns both tensors. */
export type Network = (input: tf.Tensor4D) => tf.Tensor4D;

/**
 * A Keras layers model of the weights folder, on the same kernels as the graph models. tfjs-layers would add a megabyte
 * of dependency for six classes of layers. Any other class is refused when the model loads.
 */
export async function loadLayersModel(name: string): Promise<Network> {
  const { description, specs, data } = await readModel<Topology>(name);
  const weights = tf.io.decodeWeights(data, specs);
  const { layers, output_layers: outputs } = description.modelTopology.model_config.config;
  const steps = layers.map(layer => ({ layer, apply: layerFunction(layer, weights) }));
  const last = outputs[0]![0];
  return input =>
    tf.tidy(() => {
      const results = new Map<string, tf.Tensor4D>();
      for (const { layer, apply } of steps) {
        const inputs = (layer.inbound_nodes[0] ?? []).map(([from]) => results.get(from)!);
        results.set(layer.name, apply(inputs.length > 0 ? inputs : [input]));
      }
      return results.get(last)!;
    });
}

type LayerFunction = (inputs: tf.Tensor4D[]) => tf.Tensor4D;

function layerFunction({ class_name: kind, name, config }: Layer, weights: tf.NamedTensorMap): LayerFunction {
  switch (kind) {
    case 'InputLayer':
      return ([image]) => image!;
    case 'Conv2D': {
      const filter = weights[`${name}/kernel`] as tf.Tensor4D;
      const bias = weights[`${name}/bias`] as tf.Tensor1D;
      const { padding: pad = 'valid', activation = 'linear' } = config;
      return ([image]) => tf.fused.conv2d({ x: image!, filter, strides: 1, pad, bias, activation });
    }
    case 'Activation':
      if (config.activation !== 'relu') break;
      return ([image]) => tf.relu(image!);
    case 'Concatenate':
      return images => tf.concat(images, 3);
    case 'Add':
      return images => images.reduce((sum, image) => tf.add(sum, image));
    case 'UpSampling2D': {
      const [rows, columns] = config.size!;
      return ([image]) => tf.image.resizeNearestNeighbor(image!, [image!.shape[1] * rows, image!.shape[2] * columns]);
    }
  }
  throw new Error(`layer ${name}: ${kind} is not one that the engine runs`);
}
