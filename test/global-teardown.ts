import { stop } from './postgres-start.js';

export = stop;
