import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { JwtVerifier } from 'aws-jwt-verify';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const { TABLE_NAME: TableName, TOKEN_ISSUER: issuer = '', TOKEN_AUDIENCE: audience = '' } = process.env;
const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/.well-known/jwks.json` });
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

const enrol = async (event: APIGatewayProxyEventV2) => {
  const { sub } = await verifier.verify(event.headers.authorization?.replace('Bearer ', '') ?? '');
  const pk = `USER#${sub}`;
  const get = new GetCommand({ TableName, Key: { pk, sk: 'STATE#USER' }, ConsistentRead: true });
  const { Item: user } = await client.send(get);
  if (!user?.verifiedPhone) return { statusCode: 400, body: JSON.stringify({ message: 'No verified phone' }) };

  const sequence = user.sequence + 1;
  const createdAt = new Date().toISOString();
  const Update = {
    TableName,
    Key: { pk, sk: 'STATE#USER' },
    UpdateExpression: 'SET #sequence = :next, changeDate = :now',
    ConditionExpression: '#sequence = :seen',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ExpressionAttributeValues: { ':next': sequence, ':seen': user.sequence, ':now': createdAt },
  };
  const put = (sk: string, attributes: object) => ({
    Put: {
      TableName,
      Item: { pk, sk, sequence, createdAt, ...attributes },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
  const log = { type: 'user.human.mfa.otp.sms.added', editor: sub, resourceOwner: 'owner' };
  const event_ = put(`EVENT#${String(sequence).padStart(20, '0')}`, log);
  await client.send(new TransactWriteCommand({ TransactItems: [{ Update }, put('STATE#FACTOR#OTP_SMS', {}), event_] }));
  return { statusCode: 200, body: JSON.stringify({ details: { sequence: String(sequence), changeDate: createdAt } }) };
};

/** The obvious handler, in as few lines as it takes. */
export const handler = middy<APIGatewayProxyEventV2>().use(httpJsonBodyParser()).handler(enrol);
