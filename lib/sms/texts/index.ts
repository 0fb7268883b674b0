// The languages there are: a file each, and a line each, named by its ISO 639 code.
export { de } from './de.ts';
export { en } from './en.ts';
