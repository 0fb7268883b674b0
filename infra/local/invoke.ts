import { runCommand } from './command.ts';

runCommand(async () => (await import('./sample.ts')).invokeAsSample('addOtpSms'), 130);
