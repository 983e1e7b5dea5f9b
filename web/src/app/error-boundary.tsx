import { Component, type ReactNode } from 'react';
import { ApiError } from '../data/errors.ts';
import { Failed } from '../ui/states.tsx';

/** A fault of this page itself, such as a file of an older build that is gone. Nothing is white, and nothing is lost. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { fault: Error | undefined }> {
  override state = { fault: undefined };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    const { fault } = this.state as { fault: Error | undefined };
    if (!fault) return this.props.children;
    return <Failed error={ApiError.of({ message: fault.message })} onRetry={() => location.reload()} />;
  }
}
