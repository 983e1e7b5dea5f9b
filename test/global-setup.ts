import { start } from './postgres-start.js';

export = start;
