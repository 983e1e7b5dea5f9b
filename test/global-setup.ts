import { startBroker } from './postgres-start.js';

export = startBroker;
