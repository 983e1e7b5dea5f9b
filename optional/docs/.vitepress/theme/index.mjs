// The fonts of the system: those of the theme would be fetched with each first visit, and have no Chinese.
export { default } from 'vitepress/theme-without-fonts';
