/** Milliseconds of one period of the quota. */
const PERIOD = 100;

/**
 * Lets a process run for a share of each period only, as Lambda does with little memory once a function is loaded.
 * Returns how to lift it.
 */
export const limitProcess = (pid: number, share: number): (() => void) => {
  let timer: NodeJS.Timeout;
  const tell = (signal: 'SIGSTOP' | 'SIGCONT') => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  };
  const rest = () => {
    tell('SIGSTOP');
    timer = setTimeout(run, PERIOD * (1 - share));
  };
  const run = () => {
    tell('SIGCONT');
    timer = setTimeout(rest, PERIOD * share);
  };
  rest();
  return () => {
    clearTimeout(timer);
    tell('SIGCONT');
  };
};
