import { compose, distance, invert, transform, translation } from './affine.js';
import type { FaceLandmarks } from './face-mesh.js';
import { cropOf, exceedsFrame, frameBox, headFrame, insidePhoto, toFrame } from './head-frame.js';
import type { HeadGeometry } from './head-position.js';

/** A face 100 pixels wide, tilted clockwise, in the middle of a photo. */
function face(rollDegrees: number, width = 100): FaceLandmarks {
  const roll = (rollDegrees * Math.PI) / 180;
  const at = (x: number, y: number) =>
    [500 + x * Math.cos(roll) - y * Math.sin(roll), 400 + x * Math.sin(roll) + y * Math.cos(roll)] as const;
  return {
    score: 1,
    points: [],
    depths: [],
    eyes: [at(-20, -15), at(20, -15)],
    chin: at(0, 60),
    forehead: at(0, -60),
    centre: [500, 400],
    width,
    roll,
    yaw: 0,
    eyeOpenness: 0.3,
  };
}
const PHOTO = { width: 1_000, height: 800 };
const HEAD: HeadGeometry = {
  centreX: 256,
  crownY: 100,
  chinY: 300,
  eyes: [
    [226, 200],
    [286, 200],
  ],
  faceWidth: 140,
};
const ONE_INCH = { widthPx: 295, heightPx: 413, headRatio: 0.62, topMargin: 0.085 };

describe('the frame of a head', () => {
  test('levels the eyes and puts the midpoint of the cheeks on its axis', () => {
    const subject = face(20);
    const frame = headFrame(subject, PHOTO, 'near');
    const [left, right, centre] = toFrame(frame, [...subject.eyes, subject.centre]);
    expect(left![1]).toBeCloseTo(right![1]);
    expect(centre![0]).toBeCloseTo(frame.width / 2);
  });

  test('does not turn a head that is level but for the noise of the landmarks', () => {
    expect(headFrame(face(0.9), PHOTO, 'near').toPhoto.xy).toBeCloseTo(0);
    expect(headFrame(face(1.1), PHOTO, 'near').toPhoto.xy).not.toBeCloseTo(0);
  });

  test('has one scale in both directions, so that a face keeps its shape', () => {
    const { toPhoto } = headFrame(face(30), PHOTO, 'wide');
    const along = distance(transform(toPhoto, 0, 0), transform(toPhoto, 10, 0));
    expect(distance(transform(toPhoto, 0, 0), transform(toPhoto, 0, 10))).toBeCloseTo(along);
  });

  test('covers more of the photo when it is wide', () => {
    const box = (size: 'near' | 'wide') => frameBox(headFrame(face(0), { width: 9_000, height: 9_000 }, size));
    expect(box('near')).toEqual({ left: 333, top: 158, right: 667, bottom: 603 });
    expect(box('wide').left).toBeLessThan(box('near').left);
    expect(box('wide').bottom).toBeGreaterThan(box('near').bottom);
  });

  test('knows where the photo ends', () => {
    const frame = headFrame(face(0), { width: 520, height: 800 }, 'near');
    expect(insidePhoto(frame, [frame.width / 2, frame.height / 2])).toBe(true);
    expect(insidePhoto(frame, [frame.width - 1, frame.height / 2])).toBe(false);
    expect(frameBox(frame).right).toBe(520);
  });
});

describe('the crop of a spec', () => {
  test('puts crown and chin where head ratio and top margin ask for them', () => {
    const toResult = invert(cropOf(HEAD, ONE_INCH));
    const [centreX, crownY] = transform(toResult, HEAD.centreX, HEAD.crownY);
    const [, chinY] = transform(toResult, HEAD.centreX, HEAD.chinY);
    expect(centreX).toBeCloseTo(295 / 2);
    expect(crownY / 413).toBeCloseTo(0.085);
    expect((chinY - crownY) / 413).toBeCloseTo(0.62);
  });

  test('puts the midpoint of the eyes on the face centre, which wins over the top margin', () => {
    const crop = cropOf(HEAD, { ...ONE_INCH, faceCenter: { x: 0.4, y: 0.55 } });
    const [x, y] = transform(invert(crop), 256, 200);
    expect([x / 295, y / 413]).toEqual([expect.closeTo(0.4), expect.closeTo(0.55)]);
  });

  test('exceeds the frame only where the photo goes on beyond it', () => {
    const large = { width: 9_000, height: 9_000 };
    const frame = headFrame(face(0), large, 'near');
    const inside = translation(10, 10);
    expect(exceedsFrame(frame, inside, 200, 200)).toBe(false);
    const beyond = translation(-20, 10);
    expect(exceedsFrame(frame, beyond, 200, 200)).toBe(true);
    // The same crop of a photo that ends before the frame does: there is nothing to fetch.
    const cut = { ...frame, toPhoto: compose(translation(-frameBox(frame).left - 10, 0), frame.toPhoto) };
    expect(exceedsFrame(cut, beyond, 200, 200)).toBe(false);
  });
});
