import { describeApi } from '../../infra/openapi/description.ts';

/** The description of the API that stands in the repository: which file it is, and its text written from the code. */
export const OPENAPI = {
  file: 'lib/http/openapi.json',
  wanted: () => `${JSON.stringify(describeApi('http://127.0.0.1:3000/auth/v1'), null, 2)}\n`,
} as const;
