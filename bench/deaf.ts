import { Channel } from 'node:diagnostics_channel';

/** Loaded into a server beside its own program (`--require`): nobody listens to what happens in it, so nothing is counted. */
const subscribe = Channel.prototype.subscribe;
Channel.prototype.subscribe = function (...given) {
  if (!String(this.name).startsWith('darkroom:')) subscribe.apply(this, given);
};
