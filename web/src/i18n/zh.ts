import type { Words } from './en.ts';
import { adminZh } from './zh-admin.ts';
import { codesZh } from './zh-codes.ts';
import { jobZh } from './zh-job.ts';
import { tasksZh } from './zh-tasks.ts';

export const zh: Words = {
  comma: '、',
  skip: '跳到正文',
  nav: {
    main: '主导航',
    new: '制作',
    tasks: '任务',
    task: '任务',
    running: '运行',
    vendors: '服务商',
    usage: '用量',
    admin: '管理',
    keys: '密钥',
    audit: '审计',
    more: '更多',
    attention: '个需要注意',
  },
  language: '语言',
  theme: '深色或浅色',
  find: '查找任务',
  findHint: '粘贴任务号或编号',
  close: '关闭',
  cancel: '取消',
  copy: '复制',
  copied: '已复制',
  retry: '重试',
  loading: '正在读取',
  signOut: '退出登录',
  connection: {
    CONNECTING: '就绪',
    CONNECTED: '已连接',
    RECONNECTING: '重新连接中…',
    OFFLINE: '离线',
    REFUSED: '已退出',
  },
  lost: tries => `连接断了，正在重连（第 ${tries} 次）。任务在服务器上继续，连上后补齐。`,
  offline: time => `这台电脑没有网络。显示的是 ${time} 的内容；新任务要等联网后再提交。`,
  now: '现在重连',
  signIn: {
    title: '登录',
    lead: '这台服务器需要 API 密钥或 JWT。它会变成任何页面都读不到的 Cookie，12 小时后失效。',
    field: 'API 密钥或 JWT',
    go: '登录',
    ended: '您的密钥已到期或被停用，请重新登录。',
    make: '创建密钥：',
  },
  failed: {
    title: '读不到数据',
    network: '连不上服务器。',
    details: '复制诊断信息',
    safe: '您的任务没有丢。',
  },
  graphql: {
    open: '这一页背后的查询',
    title: '这一页背后的 GraphQL',
    lead: '与页面用的是同一个请求；复制后即可运行。',
    editor: '打开 GraphiQL',
  },
  job: jobZh,
  tasks: tasksZh,
  admin: adminZh,
  codes: codesZh,
};
