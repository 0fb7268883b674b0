import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The value of a header whatever the case of its name; two of one name are joined as RFC 9110, section 5.3 says. */
export const header = ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>, name: string): string | undefined => {
  const values = Object.entries(headers ?? {}).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
  return values.length > 0 ? values.join(',') : undefined;
};
