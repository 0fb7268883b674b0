/** Something that was begun early, and whose failure is told to whoever waits for it, if anybody does. */
export const beside = <Result>(begun: Promise<Result>): Promise<Result> => {
  begun.catch(() => {});
  return begun;
};
