import { runCommand } from './command.ts';

runCommand(async () => (await import('./offline.ts')).startOffline(), 0);
