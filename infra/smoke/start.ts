import { runCommand } from '../local/command.ts';

runCommand(async () => ((await (await import('./smoke.ts')).smoke(process.argv.slice(2))) > 0 ? 1 : 0), 130);
