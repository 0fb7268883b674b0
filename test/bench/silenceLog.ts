/** Keeps the log of the functions of this process from mixing with what the benchmark writes; returns how to end that. */
export const silenceLog = (): (() => void) => {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  return () => {
    process.stdout.write = write;
  };
};
