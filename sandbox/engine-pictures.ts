import { defaultGeometry } from '../src/engine/default-geometry.js';
import type { Engine } from '../src/engine/engine.js';
import { DarkroomError } from '../src/kernel/errors.js';
import type { SandboxPictures } from './pictures.js';

const toBuffer = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes);

const SIX_INCH = {
  widthMm: 152,
  heightMm: 102,
  gapMm: 2,
  marginMm: 5,
  cropLines: 'LINES',
  rotate: 'AUTO',
} as const;

/** The image work of the sandbox's vendors, done by our own engine as well as it can. */
export function enginePictures(engine: Engine): SandboxPictures {
  // A vendor does not recognise a photo, so its analysis is kept no longer than the call.
  let calls = 0;
  const withKey = async <T>(work: (key: string) => Promise<T>): Promise<T> => {
    calls += 1;
    const key = `sandbox ${calls}`;
    try {
      return await work(key);
    } finally {
      engine.forget(key);
    }
  };
  return {
    idPhotos: (photo, order) =>
      withKey(async key => {
        const options = { ...order, ...defaultGeometry(order) };
        return (await engine.render(key, async () => photo, options)).map(toBuffer);
      }),
    hasFace: photo =>
      withKey(key =>
        engine
          .analyse(key, async () => photo)
          .then(
            () => true,
            error => {
              if (DarkroomError.is(error) && error.code === 'MULTIPLE_FACES') return true;
              if (DarkroomError.is(error) && (error.code === 'NO_FACE' || error.code === 'FACE_TOO_SMALL'))
                return false;
              throw error;
            },
          ),
      ),
    watermark: async photo => toBuffer(await engine.watermark(photo, 'SANDBOX')),
    sheet: async (photo, count) => {
      const { width: widthPx, height: heightPx, dpi } = await engine.receive(photo, { keepMetadata: false });
      const item = { widthPx, heightPx, dpi: dpi ?? 300, count };
      const sheet = await engine.printSheet([photo], { ...SIX_INCH, dpi: item.dpi, items: [item] });
      return { bytes: toBuffer(sheet), count: sheet.items[0]!.count };
    },
    restore: async (photo, steps) => {
      const repaired = steps === 'sr' ? photo : toBuffer(await engine.repair(photo));
      return toBuffer(await engine.superResolve(repaired));
    },
    changeBackground: (photo, hex) =>
      withKey(async key => toBuffer(await engine.changeBackground(key, async () => photo, { kind: 'solid', hex }))),
    placeholder: async (text, width, height) =>
      toBuffer(await engine.placeholder({ title: 'SANDBOX', lines: ['NOT A REAL PICTURE', text], width, height })),
  };
}
