import { type AdminWords, adminEn } from './en-admin.ts';
import { type CodeWords, codesEn } from './en-codes.ts';
import { type JobWords, jobEn } from './en-job.ts';
import { type TaskWords, tasksEn } from './en-tasks.ts';

const frame = {
  /** Between the items of a list. */
  comma: ', ',
  /** Between two sentences. */
  space: ' ',
  skip: 'Skip to content',
  nav: {
    main: 'Main',
    new: 'New job',
    tasks: 'Tasks',
    task: 'Task',
    running: 'Running it',
    vendors: 'Vendors',
    usage: 'Usage',
    admin: 'Admin',
    keys: 'Keys',
    audit: 'Audit',
    more: 'More',
    attention: 'need attention',
  },
  language: 'Language',
  theme: 'Dark or light',
  find: 'Find a task',
  findHint: 'Paste a task id or reference',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  loading: 'Loading',
  signOut: 'Sign out',
  connection: {
    CONNECTING: 'Ready',
    CONNECTED: 'Connected',
    RECONNECTING: 'Reconnecting…',
    OFFLINE: 'Offline',
    REFUSED: 'Signed out',
  },
  lost: (tries: number) => `Connection lost, trying again (${tries}). Tasks go on at the server; the page catches up.`,
  offline: (time: string) => `This computer is offline. You see ${time}; new jobs wait for the network.`,
  now: 'Now',
  signIn: {
    title: 'Sign in',
    lead: 'This server wants an API key or a JWT. It becomes a cookie that no page can read, and ends after 12 hours.',
    field: 'API key or JWT',
    go: 'Sign in',
    ended: 'Your key has ended or was revoked. Sign in again.',
    make: 'Keys are made with',
  },
  failed: {
    title: 'This could not be read',
    network: 'The server cannot be reached.',
    details: 'Copy details',
    safe: 'No task is lost.',
  },
  graphql: {
    open: 'The query behind this page',
    title: 'The GraphQL behind this page',
    lead: 'The very request that this page makes; copy it and it runs.',
    editor: 'Open GraphiQL',
  },
};

export const en = { ...frame, job: jobEn, tasks: tasksEn, admin: adminEn, codes: codesEn };

/** Every language has each of these; a text with figures in it is a function. */
export type Words = typeof frame & { job: JobWords; tasks: TaskWords; admin: AdminWords; codes: CodeWords };
