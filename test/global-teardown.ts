import { stopBroker } from './postgres-start.js';

export = stopBroker;
