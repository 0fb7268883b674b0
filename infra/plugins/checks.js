// Plain JavaScript: whatever CLI and Node it is loaded by, it must get as far as saying that they are the wrong ones.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Commands that make or change a stage. */
const DEPLOYING = new Set(['package', 'deploy', 'deploy function']);

/** Commands that run functions on this machine, and what starts the local stack that those need as well. */
const LOCAL = {
  offline: 'npm start',
  'offline start': 'npm start',
  'invoke local': 'npm run invoke -- <function>',
};

/** Ends the command with one line. */
const end = (line) => {
  process.stderr.write(`${line}\n`);
  process.exit(1);
};

// Here rather than in the plugin: all plugins are loaded before the first is made, and the next is in TypeScript.
if (!require.cache[require.resolve('serverless')]) {
  end('This service is deployed by osls, which npm ci installs: use npm run deploy, or npx serverless');
}
if (!process.features.typescript) {
  end(`Node ${process.versions.node} is too old: use npm run deploy, or npx serverless, which bring their own`);
}

/** What this service adds to the Serverless CLI. */
export default class OtpSmsFactorPlugin {
  constructor(serverless) {
    this.serverless = serverless;
    // Known, so that who types it is told what to type: serverless-offline is no part of this service.
    const usage = 'Says what serves the API on this machine';
    const start = { usage, lifecycleEvents: ['start'] };
    this.commands = { offline: { usage, lifecycleEvents: ['start'], commands: { start } } };
    this.hooks = {
      initialize: () => this.check(),
      'after:deploy:finalize': () => this.tellWhatIsNext(),
    };
    this.configurationVariablesSources = {
      setting: {
        resolve: async ({ address }) => {
          const { readSetting } = await import('../settings/settings.ts');
          return { value: readSetting(address) };
        },
      },
    };
  }

  /** Ends the command, before it does anything, where what it is to do cannot go well. */
  async check() {
    const { service, processedInput } = this.serverless;
    const command = processedInput.commands.join(' ');
    if (command in LOCAL) {
      const hasStack = command === 'invoke local' && process.env.SMS_INBOX_URL;
      if (!hasStack) end(`"serverless ${command}" lacks the local stack: use ${LOCAL[command]}`);
      // What CloudFormation would work out: the local stack has a value of its own for it.
      for (const config of [service.provider, ...Object.values(service.functions)]) {
        const values = Object.entries(config.environment ?? {}).filter(([, value]) => typeof value !== 'object');
        config.environment = Object.fromEntries(values);
      }
    }
    if (!DEPLOYING.has(command)) return;
    const { problemsOfService } = await import('../settings/problems.ts');
    const problems = await problemsOfService(service, this.serverless.getProvider('aws').getRegion());
    if (problems.length > 0) end(problems.join('\n'));
  }

  tellWhatIsNext() {
    const info = this.serverless.pluginManager.plugins.find(({ constructor: { name } }) => name === 'AwsInfo');
    const outputs = info?.gatheredData?.outputs ?? [];
    const url = outputs.find(({ OutputKey }) => OutputKey === 'BaseUrl')?.OutputValue;
    if (url) this.serverless.addServiceOutputSection('see whether it answers', [`npm run smoke -- ${url}`]);
  }
}
