import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { trace } from '@opentelemetry/api';
import { ROOT } from '../kernel/paths.js';
import { VERSION } from '../kernel/version.js';

/** What exports spans; no part of the usual install. */
export const EXPORTER = path.join(ROOT, 'optional', 'opentelemetry');

export const hasExporter = (): boolean => existsSync(path.join(EXPORTER, 'node_modules', '@opentelemetry'));

/**
 * Spans go to the collector that OpenTelemetry's own variables name (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`,
 * `OTEL_TRACES_SAMPLER` …) from now on. Only to be called where the exporter is installed.
 * @returns what sends the last ones
 */
export function openTracing(): () => Promise<void> {
  const load = createRequire(path.join(EXPORTER, 'package.json'));
  const { OTLPTraceExporter } = load('@opentelemetry/exporter-trace-otlp-http');
  const { BasicTracerProvider, BatchSpanProcessor } = load('@opentelemetry/sdk-trace-base');
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = load('@opentelemetry/resources');
  const own = resourceFromAttributes({ 'service.name': 'darkroom', 'service.version': VERSION });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  trace.setGlobalTracerProvider(provider);
  return async () => {
    await provider.shutdown();
    trace.disable();
  };
}
