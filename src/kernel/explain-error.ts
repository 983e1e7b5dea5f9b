import { DarkroomError, OperatorError } from './errors.js';

/**
 * What stopped a start or a command, in one line for the operator who has to mend it. Only what no operator can mend, a
 * fault of ours, keeps its stack.
 */
export function explainError(error: unknown): string {
  if (error instanceof OperatorError || DarkroomError.is(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (isSystemError(error)) return ofSystem(error);
  return error.stack ?? error.message;
}

/** An error of the operating system: of a file, a folder or a port. */
interface SystemError extends Error {
  code: string;
  syscall: string;
  path?: string;
  address?: string;
  port?: number;
}

function isSystemError(error: Error): error is SystemError {
  return 'code' in error && typeof error.code === 'string' && 'syscall' in error && typeof error.syscall === 'string';
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not read or write it',
  EROFS: 'its disk is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is not a directory',
  EISDIR: 'it is a directory',
  ENOENT: 'it is not there and cannot be made',
  ENOSPC: 'its disk is full',
  EDQUOT: 'its disk is full',
};

function ofSystem(error: SystemError): string {
  const { code, syscall, path, address, port } = error;
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE') return `DARKROOM_PORT: ${port} is taken; set another one, or 0 for any`;
    if (code === 'EACCES') return `DARKROOM_PORT: this user may not use ${port}; set one above 1023`;
    return `DARKROOM_HOST: this machine has no address ${address} (${code})`;
  }
  const problem = FILE_PROBLEMS[code];
  return path === undefined || problem === undefined ? error.message : `${path}: ${problem} (${code})`;
}
