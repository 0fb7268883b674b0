/** A variable that the global set-up has put into the environment. */
export const fromSetup = (name: 'TABLE_NAME' | 'AWS_ENDPOINT_URL_DYNAMODB'): string => {
  const value = process.env[name];
  if (!value) throw new Error(`The set-up of the tests did not set ${name}`);
  return value;
};
