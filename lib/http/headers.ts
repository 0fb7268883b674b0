import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The value of a header whatever the case of its name; two of one name are joined as RFC 9110, section 5.3 says. */
export const header = ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>, name: string): string | undefined => {
  const names = Object.keys(headers ?? {}).filter((each) => each.toLowerCase() === name);
  return names.length > 0 ? names.map((each) => headers[each]).join(',') : undefined;
};
