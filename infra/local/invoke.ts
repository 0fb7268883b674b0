import { runCommand } from './command.ts';

const [name, body] = process.argv.slice(2);

runCommand(async () => (await import('./sample.ts')).invokeAsSample(name, body), 130);
