import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

/** W3C Trace Context, of a version that begins as version 00 does. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})$/;

export function isTraceparent(text: unknown): text is string {
  return typeof text === 'string' && TRACEPARENT.test(text);
}

/** The trace id of a `traceparent`. */
export const traceIdOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

export interface OpenSpan {
  /** For what is done below it; undefined where nobody traces and no caller did. */
  readonly traceparent: string | undefined;
  /** `error`: a code; undefined: all is well. */
  end(attributes: Readonly<Record<string, string | number | undefined>>, error?: string): void;
}

/**
 * A part of the work, as OpenTelemetry tells it, below what `traceparent` names. Contexts are handed on by hand: what carries
 * them by itself costs each promise of each request. Where no exporter was opened it costs next to nothing, and whatever the
 * caller sent is handed on as it came.
 */
export function beginSpan(
  name: string,
  kind: 'SERVER' | 'CONSUMER' | 'CLIENT',
  traceparent: string | undefined,
): OpenSpan {
  const span = trace.getTracer('darkroom').startSpan(name, { kind: SpanKind[kind] }, contextOf(traceparent));
  return {
    traceparent: writeParent(span),
    end(attributes, error) {
      if (!span.isRecording()) return;
      for (const [key, value] of Object.entries(attributes)) if (value !== undefined) span.setAttribute(key, value);
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
      span.end();
    },
  };
}

function contextOf(traceparent: string | undefined) {
  if (traceparent === undefined) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function writeParent(span: Span): string | undefined {
  const context = span.spanContext();
  if (context === INVALID_SPAN_CONTEXT) return undefined;
  const { traceId, spanId, traceFlags } = context;
  const text = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  return isTraceparent(text) ? text : undefined;
}
