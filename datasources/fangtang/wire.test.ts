import { tokenOf } from './wire.js';

test('the token of a call is that of the guide', () => {
  expect(tokenOf('hiliad', 1_629_962_357)).toBe('5484490c8e797dabe52af90ab8bd1e50,1629962357');
  // What the newer document prints as the key, `hili`, does not give its digest.
  expect(tokenOf('hili', 1_629_962_357)).toBe('559c671dc6bf7b0447c21a3d005e3c25,1629962357');
});
